"""`wherry check` among servers that do harm: it ends, within its memory, with a result for every check."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hostile_server import ANSWERS, DRIPPING, hostile_server, mutated

if TYPE_CHECKING:
    from collections.abc import Iterator

MUTATED: Final = int(os.environ.get("WHERRY_FUZZ_INPUTS", "100000")) // 100 + 50
SHORT: Final = "1s"
LONG: Final = "60s"  # nothing waits for it, on a busy machine neither
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the limit of memory is that of a Unix system")

NOT_JSON: Final = frozenset(
    {
        "a chunk size of many digits", "binary for JSON", "JSON that ends early", "deep JSON", "deep objects",
        "a number of a million digits", "a number beyond all", "a lone surrogate", "NaN for JSON",
        "two values of JSON", "no JSON but its name twice",
    }
)  # fmt: skip
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MEMORY: Final = 150 << 20  # bytes of data; an answer of 10 MiB is the longest that is read
_PATIENCE_S: Final = 240.0


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with hostile_server() as url:
        yield url


def run(folder: Path, checks: list[dict[str, Any]], *arguments: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the JSON report, and all that a terminal would show."""
    import resource

    suite, report = folder / "suite.yaml", folder / "report.json"
    suite.write_text(json.dumps({"version": 1, "checks": checks}))
    ran = subprocess.run(
        [
            sys.executable, "-m", "wherry", "check", str(suite), "--report", "text", "--report", f"json={report}",
            *arguments,
        ],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE_S, check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("WHERRY_")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY)),
    )  # fmt: skip
    shown = (ran.stdout + ran.stderr).decode()
    assert "Traceback" not in shown and "MemoryError" not in shown
    assert "\x1b" not in shown and "\x07" not in shown
    return ran.returncode, json.loads(report.read_text()), shown


def to_all(server: str, **more: Any) -> list[dict[str, Any]]:
    """A check of every kind of harm."""
    urls = {name: f"{server}/{name.replace(' ', '%20')}" for name in (*ANSWERS, DRIPPING)}
    return [
        {"name": name, "url": url, "timeout": SHORT if name == DRIPPING else LONG, **more} for name, url in urls.items()
    ]


def test_no_harm_is_taken_for_an_answer(server, tmp_path):
    code, report, _ = run(tmp_path, to_all(server, expect={"json.$.ok": True}), "--jobs", "4")
    statuses = {one["name"]: one["status"] for one in report["checks"]}
    assert code == 1
    assert statuses == {name: "failed" if name in NOT_JSON else "error" for name in (*ANSWERS, DRIPPING)}


def test_bodies_that_nobody_asked_for(server, tmp_path):
    code, report, _ = run(tmp_path, to_all(server, expect={"status": 200}), "--jobs", "4")
    passed = {one["name"] for one in report["checks"] if one["status"] == "passed"}
    assert code == 1 and len(report["checks"]) == len(ANSWERS) + 1
    assert passed >= NOT_JSON | {"a body without end", "a packed bomb"}
    assert all(one["status"] in ("passed", "error") for one in report["checks"])


def test_whole_bodies_are_looked_at_within_bounds(server, tmp_path):
    expected = {"status": 200, "size": {"lt": "1MiB"}, "sha256": "0" * 64, "body": {"matches": "^(a|a)*$"}}
    capture = {"all": {"regex": "(?s)^.*$"}}
    reports = [f"--report={form}={tmp_path / form}" for form in ("junit", "html", "tap", "prom", "github", "jsonl")]
    code, report, _ = run(tmp_path, to_all(server, expect=expected, capture=capture), "--jobs", "4", *reports)
    assert code == 1
    assert {one["status"] for one in report["checks"]} == {"failed", "error"}
    cases = ElementTree.parse(tmp_path / "junit").getroot().iter("testcase")
    assert sum(1 for _ in cases) == len(ANSWERS) + 1
    for form in ("junit", "html", "tap", "prom", "github", "jsonl"):
        assert not CONTROLS.search((tmp_path / form).read_text()), form


def test_answers_broken_at_random(server, tmp_path):
    seeds = {"name": "mutated", "url": f"{server}/mutated/${{item}}", "timeout": LONG, "foreach": list(range(MUTATED))}
    code, report, _ = run(tmp_path, [{**seeds, "expect": {"json.$.ok": True, "status": 200}}], "--jobs", "20")
    statuses = Counter(one["status"] for one in report["checks"])
    note = f"{dict(statuses)}"
    assert code == 1 and statuses.total() == MUTATED, note
    assert set(statuses) <= {"passed", "failed", "error"}, note
    for one in report["checks"]:
        if one["status"] == "passed":
            # Whatever was broken, the document that is asked for has come.
            assert re.search(rb'"ok":[^}]*true', mutated(int(one["url"].rpartition("/")[2]))), one
