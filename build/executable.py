"""Build the Linux executable: compile the launcher and the program, and pack the staged files into one ELF file.

    python3 build/executable.py STAGE OUTPUT [--sanitize] [--fast] [--program FOLDER]

STAGE is what build/stage.py wrote. Needs gcc and the static library of zstd. With ``--sanitize`` the launcher checks
itself for bad memory accesses and undefined behaviour, and is linked dynamically: a build to run the tests with
(`make sanitize`). With ``--program`` it carries another program in wherry's place, the ``__main__.py`` of that folder,
with the modules beside it: for tests of what every program finds in there. The Python that is frozen must run this
then.
"""

from __future__ import annotations

import argparse
import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import modules_file

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME / "cli"))

from wherry.commands.release.launcher.carrying import carrying  # noqa: E402  its folder is added above
from wherry.commands.release.launcher.payload import RESERVED, Packed, Program, encode, plain  # noqa: E402

LAUNCHER = Path(__file__).resolve().parent / "launcher"
# What `wherry release` makes executables of users with: data files of its own package.
CARRIED = HOME / "cli" / "wherry" / "commands" / "release" / "launcher"
# wherry.errors.ExitCode.FAILED
FAILED = 3
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Werror"]
COMMON = ["-std=c17", "-O2", "-fstack-protector-strong", *WARNINGS]
# No address of this machine, nor the order or time of the build, may change a byte.
REPRODUCIBLE = ["-Wl,--build-id=none", "-no-canonical-prefixes", f"-ffile-prefix-map={LAUNCHER}=."]
STATIC = ["-static-pie", "-fPIE", "-Wl,--gc-sections", "-s"]
FAST = "3"  # a level of zstd's
SANITIZED = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"]


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
    if not (CARRIED / "compress").exists():
        prepare()
    described = json.loads((stage / "stage.json").read_text())
    compile_program(stage, described["interpreter"])
    files = [packed(stage, name) for name in described["files"]]
    content, interpreter_at, library_path_at = with_reserves_cleared(files[0].content)
    files[0] = files[0]._replace(content=content)
    program = Program(files, interpreter_at, library_path_at, described["loader"], described["linked"])
    launcher = stage / "launcher" if sanitize else CARRIED / "stub"
    if sanitize:
        compile_launcher(launcher, SANITIZED)
    compress = [str(CARRIED / "compress"), *([FAST] if fast else [])]
    frame = subprocess.run(compress, input=plain(program), check=True, capture_output=True).stdout
    output.parent.mkdir(parents=True, exist_ok=True)
    output.unlink(missing_ok=True)  # it may be running
    output.write_bytes(carrying(launcher.read_bytes(), "wherry", FAILED, encode(program, frame)))
    output.chmod(0o755)


def prepare(folder: Path = CARRIED) -> None:
    """Compile what the executable carries for executables of users, with which it is packed itself too."""
    compile_launcher(folder / "stub", STATIC)
    gcc([*STATIC, str(LAUNCHER / "compress.c"), "-lzstd", "-o", str(folder / "compress")])


def packed(stage: Path, name: str) -> Packed:
    """A staged file; all but the modules are mapped to be executed."""
    mode = stat.S_IFREG | (0o600 if name == "modules" else 0o700)
    return Packed(name, mode, (stage / name).read_bytes())


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
    output = ["-o", "wherry", str(LAUNCHER / "program.c")]
    end = [*interpreter["needs"], "-Wl,--allow-shlib-undefined", *reserves, "-s"]
    gcc([f"-I{interpreter['include']}", *output, *linking, *end], stage)


def with_reserves_cleared(program: bytes) -> tuple[bytes, int, int]:
    """The program with zeros in both reserves, and where they are."""
    reserves = [f"/{'i' * (RESERVED - 2)}\0".encode(), f"{'r' * (RESERVED - 1)}\0".encode()]
    places = []
    for reserve in reserves:
        assert program.count(reserve) == 1, "the linker has shared or split a reserved string"
        places.append(program.index(reserve))
        program = program.replace(reserve, bytes(RESERVED))
    return program, places[0], places[1]


def compile_launcher(output: Path, linking: list[str]) -> None:
    """Everything of launcher/ that is not a program of its own, without a payload."""
    sources = sorted(str(file) for file in LAUNCHER.glob("*.c") if file.name not in {"program.c", "compress.c"})
    gcc(["-Wconversion", *linking, f"-I{LAUNCHER}", *sources, "-lzstd", "-o", str(output)])


def gcc(arguments: list[str], folder: Path | None = None) -> None:
    """Compile and link, as everything here is."""
    subprocess.run(["gcc", *COMMON, *REPRODUCIBLE, *arguments], check=True, cwd=folder)


if __name__ == "__main__":
    main()
