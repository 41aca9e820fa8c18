"""`wherry check` against curl in a shell: 1,000 checks, 50 at a time; one check of a JSON document; and 10,000 checks.

All processes are whole. The shell's status test is curl's own (`--fail`), which is the fastest that a shell has.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import WHERRY, Claim, Subject, compare, peak_memory, present, process, quiet_home, serving

JOBS = "50"


def main() -> bool:
    """Whether the claims hold."""
    with quiet_home(), serving() as url, tempfile.TemporaryDirectory() as folder:
        some, many = (written(Path(folder), url, count) for count in (1_000, 10_000))
        held = [against_curl(some), one_check(Path(folder), url), growth(some, many), memory(some, many), results(some)]
    return all(held)


def written(folder: Path, url: str, count: int) -> tuple[Path, Path]:
    """A suite of so many checks, written out one by one, and a list of the same URLs."""
    urls = [f"{url}/ok?number={number}" for number in range(count)]
    suite, listed = folder / f"{count}.yaml", folder / f"{count}.txt"
    checks = "".join(
        f"  - name: page {number}\n    url: {one}\n    expect: {{status: 200}}\n" for number, one in enumerate(urls)
    )
    suite.write_text(f"version: 1\nchecks:\n{checks}")
    listed.write_text("".join(f"{one}\n" for one in urls))
    return suite, listed


def check(suite: Path) -> tuple[str, ...]:
    """The command for ``suite``."""
    return WHERRY, "check", str(suite), "--jobs", JOBS


def against_curl(files: tuple[Path, Path]) -> bool:
    """The same thousand URLs in both."""
    suite, listed = files
    one_by_one = ("xargs", "--arg-file", str(listed), "--max-procs", JOBS, "--max-args", "1")
    curl = ("curl", "--silent", "--fail", "--output", "/dev/null")
    return compare(
        f"1,000 checks, {JOBS} at a time",
        "ms",
        present(
            process("wherry check", *check(suite)),
            process(f"xargs -P{JOBS} curl", *one_by_one, *curl),
        ),
        rounds=7,
        claims=[Claim(f"xargs -P{JOBS} curl", at_most=1 / 4)],
    )


def one_check(folder: Path, url: str) -> bool:
    """A field of a JSON document, which `curl | jq` looks at too; the claim is against curl alone."""
    suite = folder / "one.yaml"
    suite.write_text(
        f"version: 1\nchecks:\n  - name: echo\n    url: {url}/echo\n    expect: {{status: 200, json.$.method: GET}}\n"
    )
    get = f"curl --silent --fail {url}/echo"
    return compare(
        "one check of a JSON document",
        "ms",
        present(
            process("wherry check", WHERRY, "check", str(suite)),
            process("curl | jq", "sh", "-c", f"{get} | jq --exit-status '.method == \"GET\"'"),
            process("curl", *get.split()),
        ),
        rounds=31,
        claims=[Claim("curl", at_most=4)],
    )


def growth(some: tuple[Path, Path], many: tuple[Path, Path]) -> bool:
    """Ten times as many checks take ten times as long at most."""
    ten = process("10,000 checks, a tenth of the time", *check(many[0]))
    assert ten is not None
    return compare(
        "growth of time",
        "ms for 1,000",
        present(Subject(ten.name, lambda: ten.measure() / 10), process("1,000 checks", *check(some[0]))),
        rounds=5,
        claims=[Claim("1,000 checks", at_most=1.3)],
    )


def memory(some: tuple[Path, Path], many: tuple[Path, Path]) -> bool:
    """What grows is the suite itself: less than one kilobyte for each check that is written."""
    return compare(
        "growth of memory",
        "MB",
        present(peak_memory("10,000 checks", *check(many[0])), peak_memory("1,000 checks", *check(some[0]))),
        rounds=3,
        claims=[Claim("1,000 checks", at_most=1.3)],
    )


def results(some: tuple[Path, Path]) -> bool:
    """Results are not kept."""
    return compare(
        "memory of results",
        "MB",
        present(
            peak_memory("1,000 checks, ten times over", *check(some[0]), "--repeat", "10"),
            peak_memory("1,000 checks", *check(some[0])),
        ),
        rounds=3,
        claims=[Claim("1,000 checks", at_most=1.3)],
    )


if __name__ == "__main__":
    sys.exit(not main())
