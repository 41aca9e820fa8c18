"""A run in which checks end in every way there is, and every report of it.

Run as a program, it writes the reports that test_golden.py compares: read them before they are committed.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from wherry.commands.check.report.github import Github
from wherry.commands.check.report.jsondocument import JsonDocument
from wherry.commands.check.report.jsonlines import JsonLines
from wherry.commands.check.report.junit import Junit
from wherry.commands.check.report.prom import Prom
from wherry.commands.check.report.reporter import Line
from wherry.commands.check.report.spool import Spool
from wherry.commands.check.report.stepsummary import StepSummary
from wherry.commands.check.report.tap import Tap
from wherry.commands.check.report.text import Text
from wherry.commands.check.results import Attempt, Measured, Result, Severity, Status, Summary, Unmet
from wherry.ui.paint import Paint

GOLDEN = Path(__file__).parent / "golden"
BEGAN = 1_795_000_000.25
PLAIN = Paint(on=False)


def result(index=0, name="login", status=Status.PASSED, **fields):
    """A result of an HTTP check, with what ``fields`` say otherwise."""
    given = {
        "index": index, "suite": "api", "group": "smoke", "name": name, "file": "smoke.yaml", "line": 4 + 6 * index,
        "kind": "http", "url": f"http://127.0.0.1:8080/{index}", "tags": (), "severity": Severity.ERROR,
        "status": status, "words": "", "began_s": BEGAN + index, "seconds": 0.0123,
    }  # fmt: skip
    return Result(**given | fields)


def attempt(number, status=Status.PASSED, words="HTTP 200 OK", **fields):
    return Attempt(number, BEGAN + number, 0.0123, status, words, **fields)


HTTP = Measured(
    phases={"dns": 0.0001, "connect": 0.0012, "send": 0.0002, "first_byte": 0.008, "transfer": 0.0028},
    status_code=200, size=5120, http_version="1.1", redirects=1, ip="127.0.0.1", ip_version=4,
)  # fmt: skip
REPEAT = "wherry request GET http://127.0.0.1:8080/1 --header 'Accept: application/json'"
UNMET = (
    Unmet("status", "200", "503", "status: expected 200, got 503"),
    Unmet(
        "json.$.items", '[{"id":1},{"id":2}]', '[{"id":1}]', "json.$.items: not as expected",
        diff=(" [", '   {"id": 1}', '-  ,{"id": 2}', " ]"),
    ),
    Unmet(
        "text", "something that contains \"ready\"", "not\nready: \x1b[31mno\n::error::x ##vso[task]",
        "text: not as expected",
    ),
)  # fmt: skip

RESULTS = (
    result(0, attempts=(attempt(1),), measured=HTTP, request="wherry request GET http://127.0.0.1:8080/0"),
    result(
        1, "orders", Status.FAILED, words="status: expected 200, got 503; json.$.items: not as expected", seconds=1.2,
        attempts=(
            attempt(1, Status.ERROR, "127.0.0.1:8080: connection refused", reason="refused"),
            attempt(2, Status.FAILED, "status: expected 200, got 503", unmet=UNMET),
        ),
        measured=Measured(phases=HTTP.phases, status_code=503, size=17, http_version="1.1", redirects=0),
        request=REPEAT,
    ),
    result(
        2, "db", Status.ERROR, words="127.0.0.1:5432: connection refused", kind="postgres",
        url="postgres://127.0.0.1/app", tags=("critical",),
        attempts=(attempt(1, Status.ERROR, "127.0.0.1:5432: connection refused", reason="refused"),),
    ),
    *(result(index, f"order {index}", Status.SKIPPED, words="orders failed", seconds=0.0) for index in range(3, 15)),
    result(
        15, "slow", Status.FAILED, severity=Severity.WARN, seconds=1.2,
        words="time: expected less than 800ms, got 1.2s",
        attempts=(
            attempt(
                1, Status.FAILED, "time: expected less than 800ms, got 1.2s",
                unmet=(Unmet("time", "less than 800ms", "1.2s", "time: expected less than 800ms, got 1.2s"),),
            ),
        ),
    ),
    result(
        16, "cache", flaky=True, seconds=2.5, kind="redis", url="redis://127.0.0.1",
        attempts=(
            attempt(1, Status.ERROR, "127.0.0.1:6379: connection refused", reason="refused"),
            attempt(2, Status.FAILED, "words: expected PONG, got LOADING", unmet=(
                Unmet("words", "PONG", "LOADING", "words: expected PONG, got LOADING"),
            )),
            attempt(3, words="PONG"),
        ),
    ),
    result(
        17, "api.example.com <one> & \"two\" \x1b]0;x\x07", suite="certificates", group="", file="tls.yaml", line=3,
        kind="tls", url="tls://127.0.0.1:8443", attempts=(attempt(1, words="TLSv1.3"),),
        measured=Measured(
            phases={"dns": 0.0001, "connect": 0.001, "tls": 0.009}, tls=True, tls_version="TLSv1.3",
            expiry_s=1_800_000_000.0, ip="::1", ip_version=6,
        ),
    ),
    result(18, "names", suite="certificates", group="", file="tls.yaml", line=9, kind="dns", url="dns://example.test",
           attempts=(attempt(1),), measured=Measured(answers=2)),
    result(19, "health", suite="certificates", group="", file="tls.yaml", line=15, kind="grpc", url="grpc://127.0.0.1:50051",
           words="NOT_SERVING", status=Status.SKIPPED, seconds=0.0),
)  # fmt: skip
PLANNED = tuple(Line(each.index, each.suite, each.group, each.name, each.file, each.line) for each in RESULTS)
SUMMARY = Summary(BEGAN, 4.5, passed=4, failed=2, errors=1, skipped=13, warned=1, flaky=1)


def report(made, results=RESULTS, summary=SUMMARY, planned=PLANNED):
    """What the reporter writes that ``made`` makes of a function that takes text, and of a spool."""
    parts: list[str] = []
    spool = Spool()
    reporter = made(parts.append, spool)
    reporter.begin(planned)
    for each in results:
        reporter.result(each)
    reporter.end(summary)
    spool.close()
    return "".join(parts)


MADE = {
    "text": lambda write, _: Text(write, PLAIN, verbose=False, quiet=False),
    "text-verbose": lambda write, _: Text(write, PLAIN, verbose=True, quiet=False),
    "text-quiet": lambda write, _: Text(write, PLAIN, verbose=False, quiet=True),
    "text-colour": lambda write, _: Text(write, Paint(on=True), verbose=False, quiet=False),
    "json": JsonDocument,
    "jsonl": lambda write, _: JsonLines(write),
    "junit": Junit,
    "tap": lambda write, _: Tap(write),
    "prom": Prom,
    "github": lambda write, _: Github(write, None, lambda file: f"checks/{file}"),
}


def step_summary(path, results=RESULTS, summary=SUMMARY):
    """The page that is appended to the file at ``path``."""
    report(lambda write, _: Github(write, StepSummary(path), str), results, summary)
    return path.read_bytes()


if __name__ == "__main__":
    for name, made in MADE.items():
        (GOLDEN / name).write_text(report(made), newline="\n")
    with TemporaryDirectory() as folder:
        (GOLDEN / "step-summary").write_bytes(step_summary(Path(folder) / "summary"))
