"""The same targets looked at by `wherry check` and by blackbox_exporter: the same verdicts, and the same numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from exporter import filled, probed, samples, shared, start_exporter
from http_cases import HTTP_CASES, RESOLVED_CASES
from meant import MEANT, unexplained
from name_server import name_server, names_of_the_test
from odd_server import odd_server
from other_cases import OTHER_CASES
from web_server import has_ipv6, start_web_server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from probe_case import Case

HEALTH_SERVER: Final = Path(__file__).parent.parent / "health_server.py"
SUITE: Final = "peers"
PROFILES: Final = """
version = 1
[profiles.insecure]
insecure = true
[profiles.client]
cacert = "ca.pem"
cert = "client.pem"
"""


@pytest.fixture
def places(peers, kit):
    """Every server, by name its port, and the folder of the certificates."""
    pytest.importorskip("grpc")
    folder, ports = start_web_server(peers, kit)
    with odd_server() as odd, name_server() as dns:
        grpc = kit.free_port()
        argv = [sys.executable, str(HEALTH_SERVER), str(grpc), "0", "health"]
        health = peers.start(argv, peers.folder(), stdin=subprocess.PIPE)
        health.process.stdin.write(b" SERVING\nshop.Orders SERVING\nshop.Stock NOT_SERVING\n")
        health.process.stdin.flush()
        kit.see_until(lambda found: found.words == "NOT_SERVING", f"grpc://127.0.0.1:{grpc}/shop.Stock")
        yield {**ports, "folder": folder, "odd": odd, "dns": dns, "grpc": grpc}


def checked(
    apart: Sequence[str], cases: Sequence[Case], places: Mapping[str, object], folder: Path
) -> tuple[int, dict[str, dict[str, float]], str]:
    """One run of `wherry check`: its exit code, its samples by the names of the checks, and what it said."""
    checks = [
        filled({"name": case.name, "url": case.url, "timeout": case.timeout, **case.ours}, places) for case in cases
    ]
    suite, report, profiles = folder / "suite.yaml", folder / "report.prom", Path(str(places["folder"])) / "config.toml"
    suite.write_text(json.dumps({"version": 1, "name": SUITE, "checks": checks}))
    profiles.write_text(PROFILES)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WHERRY_")}
    ran = subprocess.run(
        [
            *apart, sys.executable, "-m", "wherry", "check", str(suite), "--cacert", f"{places['folder']}/ca.pem",
            "--report", "text", "--report", f"prom={report}",
        ],
        env={**environ, "WHERRY_CONFIG": str(profiles)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    said = ran.stdout + ran.stderr
    assert report.exists(), said
    found: dict[str, dict[str, float]] = {case.name: {} for case in cases}
    for name, labels, value in samples(report.read_text()):
        if metric := shared(name, labels):
            found[labels["check"]][metric] = value
    return ran.returncode, found, said


def test_the_same_verdicts_and_numbers(peers, kit, places, tmp_path):
    with names_of_the_test(tmp_path) as apart:
        cases = [*HTTP_CASES, *OTHER_CASES, *(RESOLVED_CASES if apart else ())]
        if not has_ipv6():
            cases = [case for case in cases if "[::1]" not in case.url]
        address = start_exporter(peers, kit, apart, cases, places)
        code, ours, said = checked(apart, cases, places, tmp_path)
        theirs = {case.name: probed(address, case, places) for case in cases}
    assert code == 1, said
    assert {case.name: case.passes for case in cases} == {name: bool(of["probe_success"]) for name, of in ours.items()}
    assert [one for case in cases for one in unexplained(case, ours[case.name], theirs[case.name])] == []
    assert {
        one for one in MEANT if (ours[one.case].get(one.metric), theirs[one.case].get(one.metric)) != one[2:]
    } == set()
