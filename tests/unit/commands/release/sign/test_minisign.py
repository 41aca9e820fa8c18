"""Keys and signatures: minisign reads ours, we read minisign's, and each kind of damage has its own words."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import random
import shutil
import subprocess
import sys

import pytest

from wherry.commands.release.sign import keys, minisign
from wherry.commands.release.sign.minisign import PublicKey, Signature
from wherry.commands.release.sign.secret import SecretKey, scrypt_parameters
from wherry.errors import NotMet, UsageError, WherryError

MINISIGN = pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
KEY = SecretKey.generate(random.Random(1).randbytes)
OTHER = SecretKey.generate(random.Random(2).randbytes)
DATA = bytes(range(256)) * 5000


def signed(data=DATA, key=KEY):
    return minisign.sign(key, io.BytesIO(data), name="a.tar.gz", epoch_s=1700000000)


def verified(text, data=DATA, public=KEY.public):
    minisign.verify(public, Signature.decode(text), io.BytesIO(data))


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def locked(password, operations=32768, memory=2**20, key=KEY):
    """A secret key file with a password, whose derivation costs little."""
    secrets = key.public.id + key.seed + key.public.key
    secrets += hashlib.blake2b(b"Ed" + secrets, digest_size=32).digest()
    cost, parallel = scrypt_parameters(operations, memory)
    salt = bytes(range(32))
    stream = hashlib.scrypt(password.encode(), salt=salt, n=cost, r=8, p=parallel, dklen=104, maxmem=2**28)
    limits = operations.to_bytes(8, "little") + memory.to_bytes(8, "little")
    data = b"EdScB2" + salt + limits + bytes(a ^ b for a, b in zip(secrets, stream, strict=True))
    return f"untrusted comment: any\n{base64.b64encode(data).decode()}\n"


def test_what_is_signed_is_verified():
    signature = signed()
    assert signature.trusted == "timestamp:1700000000\tfile:a.tar.gz\thashed"
    assert signature.named() == "a.tar.gz"
    verified(signature.text())
    verified(signature.text().replace("\n", "\r\n"))
    assert Signature.decode(signature.text()) == signature


def test_a_signature_is_the_same_each_time():
    assert signed() == signed()


def test_the_old_kind_of_signature():
    from wherry.commands.release.sign import ed25519

    first = ed25519.sign(KEY.seed, b"short")
    overall = ed25519.sign(KEY.seed, first + b"old")
    text = Signature(False, KEY.public.id, first, "", "old", overall).text()
    verified(text, b"short")
    with pytest.raises(NotMet, match="does not fit"):
        verified(text, b"shorT")


@pytest.mark.parametrize(
    "change, words",
    [
        pytest.param(lambda lines: [lines[0][1:], *lines[1:]], "line 1 does not begin", id="untrusted prefix"),
        pytest.param(lambda lines: [*lines[:2], "x" + lines[2], lines[3]], "line 3 does not begin", id="prefix"),
        pytest.param(lambda lines: lines[:3], "four lines", id="cut"),
        pytest.param(lambda lines: [*lines, "more"], "four lines", id="more"),
        pytest.param(lambda lines: [*lines, ""], "four lines", id="an empty one more"),
        pytest.param(lambda lines: [lines[0], lines[1][:-4], *lines[2:]], "line 2 is no signature", id="shorter"),
        pytest.param(lambda lines: [*lines[:3], lines[3] + "AAAA"], "line 4 is no signature", id="longer"),
        pytest.param(lambda lines: [*lines[:3], "\N{SNOWMAN}" * 88], "line 4 is no signature", id="not ASCII"),
        pytest.param(lambda lines: [*lines[:2], lines[2] + "x", lines[3]], "trusted comment is another", id="comment"),
        pytest.param(lambda lines: [*lines[:3], signed(b"else").text().split("\n")[3]], "trusted", id="overall"),
        pytest.param(lambda lines: [lines[0], signed(b"else").text().split("\n")[1], *lines[2:]], "fit", id="other"),
        pytest.param(lambda lines: signed(key=OTHER).text().split("\n")[:4], "made with key", id="another key"),
    ],
)
def test_damage_has_its_words(change, words):
    lines = change(signed().text().removesuffix("\n").split("\n"))
    with pytest.raises(NotMet, match=words):
        verified("\n".join(lines) + "\n")


def test_another_key_that_claims_the_same_id():
    with pytest.raises(NotMet, match="does not fit"):
        verified(signed().text(), public=PublicKey(KEY.public.id, OTHER.public.key))


def test_another_file():
    with pytest.raises(NotMet, match="does not fit"):
        verified(signed().text(), DATA + b"x")


def test_every_byte_of_a_signature_counts_but_the_untrusted_comment():
    text = signed().text().encode()
    comment = range(len("untrusted comment: "), text.index(b"\n"))
    for place in range(len(text)):
        if place in comment:
            continue
        for bit in (0, 4, 7):
            changed = bytearray(text)
            changed[place] ^= 1 << bit
            with pytest.raises(NotMet):
                verified(changed.decode("latin-1"))


def test_public_keys():
    line = KEY.public.line()
    for text in (
        KEY.public.text(),
        KEY.public.line(),
        f" {KEY.public.line()}\n",
        KEY.public.text().replace("\n", "\r\n"),
    ):
        assert PublicKey.decode(text) == KEY.public
    for text in ("", "x", line[:-1], KEY.text(), "comment\n" + line, KEY.public.text() * 2):
        with pytest.raises(UsageError, match="no public key"):
            PublicKey.decode(text)
    with pytest.raises(UsageError, match="none that a signature can be trusted by"):
        PublicKey.decode(base64.b64encode(b"Ed" + bytes(8) + bytes(32)).decode())


def test_secret_keys():
    assert SecretKey.decode(KEY.text(), None) == KEY
    assert SecretKey.decode(KEY.text().split("\n")[1], None) == KEY
    assert SecretKey.decode(locked("secret"), "secret") == KEY
    with pytest.raises(UsageError, match="has a password, and none is given"):
        SecretKey.decode(locked("secret"), None)
    with pytest.raises(UsageError, match="the password is not that of"):
        SecretKey.decode(locked("secret"), "Secret")


def test_damaged_secret_keys():
    data = bytearray(base64.b64decode(KEY.text().split("\n")[1]))
    words = {
        0: "of a kind",
        2: "of a kind",
        4: "of a kind",
        54: "damaged",
        70: "damaged",
        100: "damaged",
        157: "damaged",
    }
    for place, said in words.items():
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(UsageError, match=said):
            SecretKey.decode(base64.b64encode(changed).decode(), None)
    without_sum = data[:-32] + bytes(32)
    assert SecretKey.decode(base64.b64encode(without_sum).decode(), None) == KEY
    without_sum[70] ^= 1
    with pytest.raises(UsageError, match="two halves"):
        SecretKey.decode(base64.b64encode(without_sum).decode(), None)
    with pytest.raises(UsageError, match="no secret key"):
        SecretKey.decode(KEY.public.text(), None)


def test_a_key_that_asks_for_too_much_memory_is_refused_before_it_is_taken():
    data = bytearray(base64.b64decode(locked("x").split("\n")[1]))
    data[38:54] = (2**40).to_bytes(8, "little") * 2
    with pytest.raises(WherryError, match=r"needs \d+ MiB of memory, which is more"):
        SecretKey.decode(base64.b64encode(data).decode(), "x")


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_no_memory():
    data = bytearray(base64.b64decode(locked("x").split("\n")[1]))
    data[38:54] = (2**25).to_bytes(8, "little") + (2**30).to_bytes(8, "little")
    limited = (
        "import resource, sys; from wherry.commands.release.sign.secret import SecretKey;"
        "resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29)); SecretKey.decode(sys.argv[1], 'x')"
    )
    done = run(sys.executable, "-c", limited, base64.b64encode(data).decode())
    assert "needs 1025 MiB of memory, and there is not so much" in done.stderr


@pytest.mark.parametrize(
    "operations, memory, expected",
    [
        pytest.param(33554432, 1073741824, (2**20, 1), id="minisign's own: sensitive"),
        pytest.param(524288, 16777216, (2**14, 1), id="interactive"),
        pytest.param(32768, 2**30, (2**10, 1), id="operations are what is short"),
        pytest.param(0, 2**30, (2**10, 1), id="never fewer operations"),
    ],
)
def test_scrypt_parameters(operations, memory, expected):
    assert scrypt_parameters(operations, memory) == expected


def test_a_pair_is_written_and_never_over_another(tmp_path):
    public = keys.make(tmp_path / "a.key", tmp_path / "a.pub")
    assert os.name == "nt" or (tmp_path / "a.key").stat().st_mode & 0o077 == 0
    assert PublicKey.decode((tmp_path / "a.pub").read_text()) == public
    assert SecretKey.decode((tmp_path / "a.key").read_text(), None).public == public
    with pytest.raises(UsageError, match=r"a\.key is there already"):
        keys.make(tmp_path / "a.key", tmp_path / "b.pub")
    with pytest.raises(UsageError, match=r"a\.pub is there already"):
        keys.make(tmp_path / "b.key", tmp_path / "a.pub")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.key", "a.pub"]
    with pytest.raises(WherryError, match="No such file"):
        keys.make(tmp_path / "no" / "a.key", tmp_path / "b.pub")


@MINISIGN
def test_minisign_signs_with_our_key_and_verifies_what_we_sign(tmp_path):
    public = keys.make(tmp_path / "k", tmp_path / "k.pub")
    key = SecretKey.decode((tmp_path / "k").read_text(), None)
    file = tmp_path / "a.tar.gz"
    file.write_bytes(DATA)
    done = run("minisign", "-S", "-s", tmp_path / "k", "-m", file)
    assert done.returncode == 0, done.stderr
    theirs = (tmp_path / "a.tar.gz.minisig").read_text()
    verified(theirs, public=public)
    assert Signature.decode(theirs).signature == signed(key=key).signature
    (tmp_path / "a.tar.gz.minisig").write_text(signed(key=key).text())
    for way in (["-p", tmp_path / "k.pub"], ["-P", public.line()]):
        done = run("minisign", "-V", *way, "-m", file)
        assert done.returncode == 0, done.stderr
        assert "timestamp:1700000000" in done.stdout
    file.write_bytes(DATA + b"x")
    assert run("minisign", "-V", "-P", public.line(), "-m", file).returncode == 1


@MINISIGN
def test_the_old_kind_of_minisigns_own(tmp_path):
    assert run("minisign", "-G", "-W", "-s", tmp_path / "k", "-p", tmp_path / "k.pub").returncode == 0
    (tmp_path / "f").write_bytes(DATA)
    assert run("minisign", "-S", "-l", "-s", tmp_path / "k", "-m", tmp_path / "f").returncode == 0
    text = (tmp_path / "f.minisig").read_text()
    assert not Signature.decode(text).prehashed
    verified(text, public=PublicKey.decode((tmp_path / "k.pub").read_text()))
    key = SecretKey.decode((tmp_path / "k").read_text(), None)
    assert key.public == PublicKey.decode((tmp_path / "k.pub").read_text())


@MINISIGN
def test_a_password_of_minisigns(tmp_path):
    made = run("minisign", "-G", "-s", tmp_path / "k", "-p", tmp_path / "k.pub", input="pass\npass\n")
    assert made.returncode == 0, made.stderr
    key = SecretKey.decode((tmp_path / "k").read_text(), "pass")
    assert key.public == PublicKey.decode((tmp_path / "k.pub").read_text())
    assert SecretKey.decode(locked("x"), "x") == KEY
