"""What signs a release's files: wherry with a key of the environment, or a program."""

from __future__ import annotations

import io
import os
import random
import shutil
import sys

import pytest

from wherry.commands.release.build.running import Failed, Runner
from wherry.commands.release.file import Sign
from wherry.commands.release.sign import minisign
from wherry.commands.release.sign.minisign import Signature
from wherry.commands.release.sign.secret import SecretKey
from wherry.commands.release.sign.signing import Signer
from wherry.errors import UsageError, WherryError

KEY = SecretKey.generate(random.Random(3).randbytes)
FIELDS = {"Version": "1.2.3", "Env": {"WHO": "ada"}}
COPY = "import sys; open(sys.argv[2], 'w').write(' '.join([open(sys.argv[1]).read(), *sys.argv[3:]]))"


@pytest.fixture
def signer(tmp_path):
    def make(**environ):
        run = Runner(tmp_path, {"PATH": os.environ["PATH"], **environ}, lambda _: None, False)
        return Signer(environ, run, 1700000000)

    return make


@pytest.fixture
def artifact(tmp_path):
    file = tmp_path / "SHA256SUMS"
    file.write_text("sums")
    return file


def script(text, *args):
    return Sign(cmd=sys.executable, args=("-c", text, "${artifact}", "${signature}", *args))


def test_its_own_signature(signer, artifact, tmp_path):
    made = tmp_path / "SHA256SUMS.minisig"
    one = signer(WHERRY_SIGNING_KEY=KEY.text())
    one.check([Sign()])
    one.sign(Sign(), artifact, made, FIELDS)
    found = Signature.decode(made.read_text())
    assert found.trusted == "timestamp:1700000000\tfile:SHA256SUMS\thashed"
    minisign.verify(KEY.public, found, io.BytesIO(b"sums"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["SHA256SUMS", "SHA256SUMS.minisig"]


def test_the_key_is_looked_at_only_where_it_is_needed(signer):
    signer().check([Sign(cmd="gpg")])
    with pytest.raises(UsageError, match="there is no secret key in WHERRY_SIGNING_KEY"):
        signer().check([Sign(cmd="gpg"), Sign()])
    with pytest.raises(UsageError, match="WHERRY_SIGNING_KEY: this is no secret key") as caught:
        signer(WHERRY_SIGNING_KEY="tops3cret").check([Sign()])
    assert "tops3cret" not in str(caught.value)


def test_a_program_that_signs(signer, artifact, tmp_path):
    made = tmp_path / "out.sig"
    made.write_text("of an earlier run")
    signer().sign(script(COPY, "{{ .Version }}-{{ .Env.WHO }}-{{ .ArtifactName }}"), artifact, made, FIELDS)
    assert made.read_text() == "sums 1.2.3-ada-SHA256SUMS"


@pytest.mark.parametrize(
    "text, words",
    [
        pytest.param("pass", r"signing SHA256SUMS: .* ended well, but out.sig is not there", id="nothing"),
        pytest.param("import sys; open(sys.argv[2], 'w')", "but out.sig is empty", id="empty"),
        pytest.param("import os, sys; os.symlink(sys.argv[1], sys.argv[2])", "but out.sig is no file", id="a link"),
    ],
)
def test_a_program_that_signs_nothing(signer, artifact, tmp_path, text, words):
    with pytest.raises(WherryError, match=words):
        signer().sign(script(text), artifact, tmp_path / "out.sig", FIELDS)
    assert not (tmp_path / "out.sig").is_symlink()
    assert not (tmp_path / "out.sig").exists()


def test_a_program_that_fails_leaves_nothing(signer, artifact, tmp_path):
    with pytest.raises(Failed, match="it ended with 3"):
        signer().sign(script(f"{COPY}; sys.exit(3)"), artifact, tmp_path / "out.sig", FIELDS)
    assert not (tmp_path / "out.sig").exists()


def test_what_cannot_be_read_or_written(signer, tmp_path, artifact):
    one = signer(WHERRY_SIGNING_KEY=KEY.text())
    with pytest.raises(WherryError, match=r"signing nothing: .*nothing: No such file"):
        one.sign(Sign(), tmp_path / "nothing", tmp_path / "x", FIELDS)
    with pytest.raises(WherryError, match="No such file"):
        one.sign(Sign(), artifact, tmp_path / "no" / "x", FIELDS)


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_minisign_as_the_program(signer, artifact, tmp_path):
    (tmp_path / "k").write_text(KEY.text())
    args = ("-S", "-s", str(tmp_path / "k"), "-m", "${artifact}", "-x", "${signature}", "-t", "release {{ .Version }}")
    signer().sign(Sign(cmd="minisign", args=args), artifact, tmp_path / "s", FIELDS)
    found = Signature.decode((tmp_path / "s").read_text())
    assert found.trusted == "release 1.2.3"
    minisign.verify(KEY.public, found, io.BytesIO(b"sums"))
