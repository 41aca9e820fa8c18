"""Build the Linux executable: compile the launcher and the program, and pack the staged files into one ELF file.

    python3 build/executable.py STAGE OUTPUT [--sanitize] [--fast] [--program FOLDER]

STAGE is what build/stage.py wrote. Needs gcc, zstd and its static library. With ``--sanitize`` the launcher checks
itself for bad memory accesses and undefined behaviour, and is linked dynamically: a build to run the tests with
(`make sanitize`). With ``--program`` it carries another program in wherry's place, the ``__main__.py`` of that folder,
with the modules beside it: for tests of what every program finds in there. The Python that is frozen must run this
then.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import modules_file

LAUNCHER = Path(__file__).resolve().parent / "launcher"
RESERVED = 1024  # bytes; launcher/payload.h
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Werror"]
COMMON = ["-std=c17", "-O2", "-fstack-protector-strong", *WARNINGS]
# No address of this machine, nor the order or time of the build, may change a byte.
REPRODUCIBLE = ["-Wl,--build-id=none", "-no-canonical-prefixes", f"-ffile-prefix-map={LAUNCHER}=."]
STATIC = ["-static-pie", "-fPIE", "-Wl,--gc-sections", "-s"]
SMALL, FAST = ["--ultra", "-22", "--long=27"], ["-1"]
SANITIZED = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"]


class Packed(NamedTuple):
    """A file as the launcher carries it."""

    path: str
    mode: int
    content: bytes


def main() -> None:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--sanitize", action="store_true")
    parser.add_argument("--fast", action="store_true", help="compress less")
    parser.add_argument("--program", type=Path)
    given = parser.parse_args()
    if given.program:
        put_in(given.stage / "modules", given.program)
    build(given.stage, given.output, sanitize=given.sanitize, fast=given.fast)


def put_in(modules: Path, program: Path) -> None:
    """Change the staged ``modules`` so that the files of the folder ``program`` are among them."""
    added = {file.stem: modules_file.compiled(file, file.name) for file in program.glob("*.py")}
    modules.write_bytes(modules_file.with_modules(modules.read_bytes(), added))


def build(stage: Path, output: Path, *, sanitize: bool = False, fast: bool = False) -> None:
    """Write ``output``, an executable file; ``fast`` takes a second where otherwise it takes twenty."""
    described = json.loads((stage / "stage.json").read_text())
    compile_program(stage, described["interpreter"])
    files = [packed(stage, name) for name in described["files"]]
    program, interpreter_at, library_path_at = with_reserves_cleared(files[0].content)
    files[0] = files[0]._replace(content=program)
    assert all(file.content for file in files), "the launcher maps each file, which an empty one does not allow"
    write_payload(stage, files, described["linked"], interpreter_at, library_path_at)
    compress(stage, FAST if fast else SMALL)
    compile_launcher(stage, output, SANITIZED if sanitize else STATIC)


def packed(stage: Path, name: str) -> Packed:
    """A staged file; all but the modules are mapped to be executed."""
    return Packed(name, 0o600 if name == "modules" else 0o700, (stage / name).read_bytes())


def compile_program(stage: Path, interpreter: dict[str, Any]) -> None:
    """launcher/program.c, with the interpreter in it, and room for the two paths that unpacking writes."""
    library = interpreter["library"]
    static = library.endswith(".a")
    linking = (
        ["-no-pie", "-rdynamic", "-Wl,--whole-archive", library, "-Wl,--no-whole-archive"] if static else [library]
    )
    reserves = [
        f"-Wl,--dynamic-linker=/{'i' * (RESERVED - 2)}",
        f"-Wl,--disable-new-dtags,-rpath,{'r' * (RESERVED - 1)}",
    ]
    command = [
        "gcc",
        *COMMON,
        *REPRODUCIBLE,
        f"-I{interpreter['include']}",
        "-o",
        "wherry",
        str(LAUNCHER / "program.c"),
    ]
    run([*command, *linking, *interpreter["needs"], "-Wl,--allow-shlib-undefined", *reserves, "-s"], stage)


def with_reserves_cleared(program: bytes) -> tuple[bytes, int, int]:
    """The program with zeros in both reserves, and where they are."""
    reserves = [f"/{'i' * (RESERVED - 2)}\0".encode(), f"{'r' * (RESERVED - 1)}\0".encode()]
    places = []
    for reserve in reserves:
        assert program.count(reserve) == 1, "the linker has shared or split a reserved string"
        places.append(program.index(reserve))
        program = program.replace(reserve, bytes(RESERVED))
    return program, places[0], places[1]


def write_payload(stage: Path, files: list[Packed], linked: int, interpreter_at: int, library_path_at: int) -> None:
    """payload.c, payload.S and payload, as launcher/payload.h describes them."""
    digests = [hashlib.blake2b(file.content, digest_size=32).digest() for file in files]
    named = "".join(f"{file.path} {file.mode:o} {digest.hex()}\n" for file, digest in zip(files, digests, strict=True))
    identity = hashlib.blake2b(named.encode(), digest_size=16).hexdigest()
    rows = "".join(
        f'    {{"{file.path}", {len(file.content)}, 0{file.mode:o}, {{{", ".join(map(str, digest))}}}}},\n'
        for file, digest in zip(files, digests, strict=True)
    )
    (stage / "payload.c").write_text(
        '#include "payload.h"\n\n'
        f"const struct payload_file payload_files[] = {{\n{rows}}};\n"
        f"const unsigned payload_count = {len(files)};\n"
        f"const unsigned payload_libraries = {linked};\n"
        f'const char payload_id[] = "{identity}";\n'
        f"const size_t payload_size = {sum(len(file.content) for file in files)};\n"
        f"const size_t payload_interpreter_at = {interpreter_at};\n"
        f"const size_t payload_library_path_at = {library_path_at};\n"
    )
    (stage / "payload.S").write_text(
        "    .section .rodata\n    .global payload_data, payload_end\n"
        'payload_data:\n    .incbin "payload.zst"\npayload_end:\n    .byte 0\n'
        '    .section .note.GNU-stack, "", %progbits\n'
    )
    (stage / "payload").write_bytes(b"".join(file.content for file in files))


def compress(stage: Path, level: list[str]) -> None:
    """Make payload.zst of payload."""
    plain = stage / "payload"
    run(["zstd", "-q", "-f", *level, "--single-thread", "-o", str(stage / "payload.zst"), str(plain)])
    plain.unlink()


def compile_launcher(stage: Path, output: Path, linking: list[str]) -> None:
    """Everything of launcher/ but the program, around the payload."""
    sources = sorted(str(file) for file in LAUNCHER.glob("*.c") if file.name != "program.c")
    output.parent.mkdir(parents=True, exist_ok=True)
    flags = [*COMMON, *REPRODUCIBLE, "-Wconversion", *linking, f"-I{LAUNCHER}", f"-Wa,-I{stage}"]
    run(["gcc", *flags, *sources, str(stage / "payload.c"), str(stage / "payload.S"), "-lzstd", "-o", str(output)])


def run(command: list[str], folder: Path | None = None) -> None:
    """Run a tool, whose errors are ours."""
    subprocess.run(command, check=True, cwd=folder)


if __name__ == "__main__":
    main()
