"""A small release, made by what makes real ones: one program that is a folder, and one that is a file."""

from __future__ import annotations

import hashlib
import io
import json
import random

from wherry.commands.release import provenance, sums
from wherry.commands.release.build.item import Item
from wherry.commands.release.package.deb import write_deb
from wherry.commands.release.package.facts import PackageFacts
from wherry.commands.release.package.rpm import write_rpm
from wherry.commands.release.package.tar import write_tar_gz
from wherry.commands.release.package.zip import write_zip
from wherry.commands.release.provenance import Lock, Source
from wherry.commands.release.sign import minisign
from wherry.commands.release.sign.secret import SecretKey

TIME_S = 1_700_000_000
KEY = SecretKey.generate(random.Random(7).randbytes)
OTHER_KEY = SecretKey.generate(random.Random(8).randbytes)
PROGRAM = {"acme": b"#!/bin/sh\necho acme 1.2.3\n", "_internal/lib.so": b"\x7fELF", "_internal/a/data.txt": b"data"}
WINDOWS = {"acme.exe": b"MZ one file"}
FACTS = PackageFacts("acme", "1.2.3", "amd64", "Does things", maintainer="Ada <ada@acme.dev>", license="MIT")
SOURCE = Source(
    "https://github.com/acme/acme.git", "c" * 40, "v1.2.3", "release.yml", ("linux_amd64", "windows_amd64"),
    (Lock("requirements.lock", "d" * 64),),
)  # fmt: skip
LINUX = "acme_1.2.3_linux_amd64"
SUMS = "SHA256SUMS"
STATEMENT = "acme_1.2.3.intoto.json"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def cyclonedx(files):
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "components": [
                {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": sha256(data)}]}
                for path, data in files.items()
            ],
        }
    ).encode()


def spdx(files):
    return json.dumps(
        {
            "spdxVersion": "SPDX-2.3",
            "files": [
                {
                    "fileName": f"./{path}",
                    "SPDXID": f"SPDXRef-{number}",
                    "checksums": [{"algorithm": "SHA256", "checksumValue": sha256(data)}],
                }
                for number, (path, data) in enumerate(files.items())
            ],
        }
    ).encode()


def items(folder, files=PROGRAM, *more):
    made = [Item(f"{folder}acme/{path}", data=data, executable=path == "acme") for path, data in files.items()]
    return [*made, *more]


def package(files=PROGRAM):
    """What a package has: the folder, a link to the program, and completions that are called as it is."""
    return items(
        "usr/lib/", files,
        Item("usr/bin/acme", link="../lib/acme/acme"),
        Item("usr/share/bash-completion/completions/acme", data=b"complete acme\n"),
        Item("usr/share/doc/acme/copyright", data=b"MIT\n"),
    )  # fmt: skip


def write_packed(folder):
    """The archives, packages and programs."""
    licence = Item("LICENSE", data=b"MIT\n")
    write_tar_gz(
        folder / f"{LINUX}.tar.gz", items("", PROGRAM, licence, Item("acme/_internal/l", link="lib.so")), TIME_S
    )
    write_deb(folder / f"{LINUX}.deb", package(), FACTS, TIME_S)
    write_rpm(folder / f"{LINUX}.rpm", package(), FACTS, TIME_S)
    exe = Item("acme.exe", data=WINDOWS["acme.exe"], executable=True)
    write_zip(folder / "acme_1.2.3_windows_amd64.zip", [exe, licence], TIME_S)
    (folder / "acme_1.2.3_windows_amd64.exe").write_bytes(WINDOWS["acme.exe"])
    write_tar_gz(folder / "acme-1.2.3.tar.gz", [Item("acme-1.2.3/setup.py", data=b"")], TIME_S)
    (folder / "install.sh").write_bytes(b"#!/bin/sh\n")


def write_bills(folder):
    """Bills of materials, two for each program."""
    for target, files in (("linux_amd64", PROGRAM), ("windows_amd64", WINDOWS)):
        (folder / f"acme_1.2.3_{target}.cdx.json").write_bytes(cyclonedx(files))
        (folder / f"acme_1.2.3_{target}.spdx.json").write_bytes(spdx(files))


def write_statement(folder):
    subjects = [
        (file.name, sha256(file.read_bytes())) for file in folder.iterdir() if file.name not in (SUMS, STATEMENT)
    ]
    subjects = [each for each in subjects if not each[0].endswith(".minisig")]
    (folder / STATEMENT).write_bytes(provenance.encode(provenance.statement(subjects, SOURCE, {}, TIME_S)))


def write_sums(folder):
    found = [(file.name, sha256(file.read_bytes())) for file in folder.iterdir() if not file.name.startswith(SUMS)]
    (folder / SUMS).write_text(sums.text(found))


def write_signature(folder, name=SUMS, key=KEY):
    made = minisign.sign(key, io.BytesIO((folder / name).read_bytes()), name=name, epoch_s=TIME_S)
    (folder / f"{name}.minisig").write_text(made.text())


def seal(folder):
    """Everything that vouches for the files."""
    write_statement(folder)
    write_sums(folder)
    write_signature(folder)


def write(folder):
    """The whole release, in the order in which one is made."""
    folder.mkdir(exist_ok=True)
    write_packed(folder)
    write_bills(folder)
    seal(folder)
    return folder
