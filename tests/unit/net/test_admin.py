from __future__ import annotations

import asyncio
import os
import signal

import pytest

from wherry.core.exposition import gauge
from wherry.net.admin import Admin, on_sigusr1, tasks
from wherry.net.h1.server import Server


async def ask(admin: Admin, request: str) -> str:
    server = Server(admin)
    [(host, port)] = await server.listen("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"{request} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    await server.drain(0)
    return answer


def admin(ready: bool = True) -> Admin:
    return Admin(ready=lambda: ready, metrics=lambda: [gauge("depth", "Of the river.", 3)])


@pytest.mark.parametrize(
    ("request_", "ready", "status", "words"),
    [
        ("GET /live", True, 200, "live\n"),
        ("GET /live", False, 200, "live\n"),
        ("GET /ready", True, 200, "ready\n"),
        ("GET /ready", False, 503, "not ready\n"),
        ("GET /metrics", True, 200, "depth 3\n"),
        ("GET /debug/tasks", True, 200, " in ask\n"),
        ("GET /", True, 200, "/metrics\n"),
        ("GET /else", True, 404, "known are /live, /ready, /metrics and /debug/tasks\n"),
        ("POST /live", True, 405, "only GET and HEAD\n"),
    ],
)
def test_pages(request_, ready, status, words):
    answer = asyncio.run(ask(admin(ready), request_))
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert answer.endswith(words) or words in answer


def test_metrics_are_in_the_form_prometheus_reads():
    assert "content-type: text/plain; version=0.0.4" in asyncio.run(ask(admin(), "GET /metrics"))


async def outer(gate: asyncio.Event) -> None:
    await inner(gate)


async def inner(gate: asyncio.Event) -> None:
    await gate.wait()


def test_a_task_is_shown_down_to_where_it_waits():
    async def scenario() -> str:
        gate = asyncio.Event()
        task = asyncio.create_task(outer(gate), name="the-one")
        await asyncio.sleep(0)
        text = tasks()
        gate.set()
        await task
        return text

    text = asyncio.run(scenario())
    _, _, shown = text.partition("the-one outer\n")
    places = [line.split(" in ")[1] for line in shown.split("\n\n")[0].splitlines()]
    assert places == ["outer", "inner", "wait"]


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no SIGUSR1 here")
def test_sigusr1_says_the_same():
    async def scenario() -> str:
        said: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        on_sigusr1(asyncio.get_running_loop(), said.set_result)
        os.kill(os.getpid(), signal.SIGUSR1)
        return await said

    assert "1 tasks" in asyncio.run(scenario())
