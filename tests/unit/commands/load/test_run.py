"""Whole runs, with their processes: how they end, and that nothing is left of them.

Workers have the standard output of the one who started them: as long as one lives, reading it does not end.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and /proc")
LIMIT_S = 60


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        with server.lock:
            server.requests += 1
            if server.requests >= server.reach:
                server.reached.set()
        if not server.answers:
            server.release.wait()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class _Server(socketserver.ThreadingTCPServer):
    """``reached`` is set when ``reach`` requests have come; none is answered unless ``answers``."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        self.reached, self.release = threading.Event(), threading.Event()
        self.requests, self.reach, self.answers = 0, 1, True

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def handle_error(self, *_):
        pass  # a client that went away


@pytest.fixture
def server():
    server = _Server()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    thread.join()
    server.socket.close()


def start(*arguments):
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WHERRY_")}
    return subprocess.Popen(
        [sys.executable, "-m", "wherry", "load", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ,
    )  # fmt: skip


def ended(process):
    out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, out, err


def run(*arguments):
    return ended(start(*arguments))


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("jobs", ["1", "2", "3"])
def test_processes_share_out_all_of_it(server, jobs):
    code, out, err = run(server.url, "-n", "101", "-c", "7", "--jobs", jobs, "-o", "json")
    assert (code, err) == (0, "")
    record = json.loads(out)
    assert record["counts"] | {"connections": 0, "reused": 0} == {
        "planned": 101, "sent": 101, "answered": 101, "failed": 0, "cut": 0, "late": 0, "dropped": 0, "warmup": 0,
        "connections": 0, "reused": 0, "retried": 0,
    }  # fmt: skip
    assert server.requests == 101
    assert record["statuses"] == {"200": 101}
    assert (record["ended"], len(record["cpu"]), record["latency"]["count"]) == ("complete", int(jobs), 101)


def test_a_schedule_is_shared_out(server):
    code, out, err = run(server.url, "-n", "60", "--rate", "300/s", "--jobs", "2", "-o", "json")
    assert (code, err) == (0, "")
    record = json.loads(out)
    assert (record["counts"]["sent"], record["counts"]["dropped"], server.requests) == (60, 0, 60)
    assert record["lag"]["count"] == 60


def test_a_row_for_each_request(server, tmp_path):
    rows = tmp_path / "rows.csv"
    code, _, err = run(server.url, "-n", "50", "-c", "4", "--jobs", "2", "--report", f"csv={rows}")
    assert (code, err) == (0, "")
    assert len(rows.read_text().splitlines()) == 50


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["interrupted", "terminated"]
)
def test_one_signal_ends_the_run_with_a_report(server, number, code):
    server.answers, server.reach = False, 6
    with start(server.url, "-c", "6", "--jobs", "2", "-z", "10m", "-o", "json", "--gate", "error_rate<1%") as process:
        assert server.reached.wait(LIMIT_S)
        process.send_signal(number)
        assert ended(process)[::2] == (code, f"wherry: load: {'interrupted' if code == 130 else 'terminated'}\n")


def test_what_was_done_is_reported_and_no_gate_is_judged(server):
    server.reach = 200
    with start(server.url, "-c", "6", "--jobs", "2", "-z", "10m", "-o", "json", "--gate", "error_rate<1%") as process:
        assert server.reached.wait(LIMIT_S)
        process.send_signal(signal.SIGINT)
        code, out, _ = ended(process)
    record = json.loads(out)
    assert (code, record["ended"], record["gates"], record["unjudged"]) == (130, "interrupted", [], ["error_rate<1%"])
    counts = record["counts"]
    assert counts["sent"] == counts["answered"] + counts["failed"] + counts["cut"]
    assert counts["answered"] > 100


def test_a_terminal_s_interrupt_goes_to_all_and_means_the_same(server):
    """Ctrl+C reaches each process of the group."""
    server.reach = 50
    with start(server.url, "-c", "4", "--jobs", "2", "-z", "10m", "-o", "json") as process:
        assert server.reached.wait(LIMIT_S)
        for child in children(process.pid):
            os.kill(child, signal.SIGINT)
        process.send_signal(signal.SIGINT)
        code, out, _ = ended(process)
    assert (code, json.loads(out)["ended"]) == (130, "interrupted")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["interrupted", "terminated"]
)
def test_a_signal_while_reports_are_written_ends_that(server, number, code):
    with start(server.url, "-n", "600", "-c", "20", "--report", "jsonl") as process:
        assert process.stdout.read(1) == "{"  # and nobody reads on: it waits until somebody does
        process.send_signal(number)
        assert process.wait(LIMIT_S) == code
        assert process.stderr.read() == f"wherry: load: {'interrupted' if code == 130 else 'terminated'}\n"


def test_a_signal_while_targets_are_read_leaves_no_copy_of_them(tmp_path):
    command = [sys.executable, "-m", "wherry", "load", "--targets", "-"]
    environ = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environ) as process:
        process.stdin.write(b"#" * 1_000_000)  # more than the pipe holds: most of it is read when this ends
        assert [path.name.startswith("wherry-targets-") for path in tmp_path.iterdir()] == [True]
        process.send_signal(signal.SIGTERM)
        assert (process.stderr.read(), process.wait(LIMIT_S)) == (b"wherry: load: terminated\n", 143)
        process.stdin.close()
    assert not [*tmp_path.iterdir()]


def test_two_different_signals_end_it_at_once(server):
    server.answers, server.reach = False, 2
    with start(server.url, "-c", "2", "--jobs", "2", "-z", "10m") as process:
        assert server.reached.wait(LIMIT_S)
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        assert ended(process)[0] in (130, 143)


def test_the_deadline_ends_it_with_a_report(server):
    server.answers = False
    code, out, err = run(server.url, "-c", "2", "--jobs", "2", "-z", "10m", "-T", "300ms", "-o", "json")
    record = json.loads(out)
    assert (code, err) == (124, "wherry: load: the deadline of 300ms passed\n")
    assert (record["ended"], record["counts"]["cut"]) == ("deadline", 2)


def test_too_many_connections_for_the_system_are_refused_in_one_line(server):
    limits = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))
os.execv(sys.argv[1], sys.argv[1:])
"""
    command = [sys.executable, "-m", "wherry", "load", server.url, "-c", "400", "--jobs", "1"]
    ran = subprocess.run([sys.executable, "-c", limits, *command], capture_output=True, text=True, timeout=LIMIT_S)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr == (
        "wherry: load: the system lets each process open 172 connections, and 400 are wanted\n"
        "  hint: raise the limit (ulimit -n), or have more processes share them: --jobs\n"
    )
    assert server.requests == 0


def test_a_worker_that_is_killed_ends_the_run_in_one_line(server):
    server.reach = 20
    with start(server.url, "-c", "4", "--jobs", "2", "-z", "10m") as process:
        assert server.reached.wait(LIMIT_S)
        os.kill(children(process.pid)[0], signal.SIGKILL)
        code, out, err = ended(process)
    assert (code, out, err) == (3, "", "wherry: load: a worker process was ended by SIGKILL\n")


def test_a_coordinator_that_is_killed_leaves_nobody_behind(server):
    server.reach = 20
    with start(server.url, "-c", "4", "--jobs", "2", "-z", "10m") as process:
        assert server.reached.wait(LIMIT_S)
        process.kill()
        assert ended(process)[0] == -signal.SIGKILL


def test_nobody_there_is_one_clear_line():
    code, _, err = run("http://127.0.0.1:1/", "-n", "8", "-c", "2", "-o", "json")
    assert code == 3
    assert err == "wherry: load: no request was answered: 127.0.0.1:1: connection refused (8 attempts)\n"


def test_a_run_in_which_nothing_can_be_connected_ends_early():
    code, out, err = run("http://127.0.0.1:1/", "-z", "10m", "-c", "2", "-o", "json")
    assert code == 3
    assert err.startswith("wherry: load: no connection could be made: 127.0.0.1:1: connection refused (")
    record = json.loads(out)
    assert record["counts"]["failed"] > 0
    assert record["ended"] == "unreachable"


def test_a_name_that_is_none_is_one_clear_line():
    code, out, err = run("http://no-such-host.invalid/", "-n", "8", "-c", "2")
    assert (code, out) == (3, "")
    assert err.startswith("wherry: load: ")
    assert "no-such-host.invalid" in err


def test_gates_decide(server):
    code, out, err = run(server.url, "-n", "20", "-c", "2", "--gate", "error_rate<1%", "--gate", "count>100")
    assert code == 1
    assert err == "wherry: load: 1 of 2 gates not met: requests>100\n"
    assert "error_rate<1%" in out


def test_a_gate_that_is_crossed_ends_the_run(server):
    arguments = ["-z", "10m", "-c", "2", "--gate", "p(50)<1us", "--abort-on-gate", "-o", "json"]
    code, out, err = run(server.url, *arguments)
    assert (code, json.loads(out)["ended"]) == (1, "gate")
    assert err == "wherry: load: 1 of 1 gates not met: p(50)<1us\n"
