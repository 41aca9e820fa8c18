"""The suites in examples/check do what their comments say."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from backends import SERVERS, running
from shop import PASSWORD, TOKEN, Shop, serving

HOSTS = ("www.example.com", "api.example.com", "login.example.com")


def statuses(results):
    return {name: result["status"] for name, result in results.items()}


@pytest.fixture
def smoke(check, monkeypatch):
    monkeypatch.setenv("CI_PASSWORD", PASSWORD)
    monkeypatch.setenv("DEPLOYED_VERSION", "1.4.2")

    def run(shop, *args):
        with serving(shop):
            monkeypatch.setenv("BASE_URL", shop.url)
            return check("smoke.yaml", "--var", "slow=1m", *args)

    return run


def test_smoke(smoke):
    shop = Shop()
    code, results = smoke(shop)
    assert code == 0
    assert set(statuses(results).values()) == {"passed"}
    assert (len(shop.orders), shop.sessions) == (5, set()), "it leaves nothing behind"
    assert PASSWORD not in json.dumps(results)
    assert TOKEN not in json.dumps(results)


def test_smoke_waits_for_new_instances(smoke):
    code, results = smoke(Shop(down=3), "--until", "1m")
    assert code == 0
    assert [name for name, result in results.items() if result["flaky"]] == ["up"]


def test_smoke_cleans_up_after_a_failure(smoke):
    shop = Shop(broken=True)
    code, results = smoke(shop)
    assert code == 1
    assert statuses(results) == {
        "up": "passed",
        "version": "passed",
        "login": "passed",
        "order": "passed",
        "the order is there": "failed",
        "cancel the order": "passed",
        "log out": "passed",
    }
    assert (len(shop.orders), shop.sessions) == (5, set())


def test_smoke_of_another_version(smoke, monkeypatch):
    monkeypatch.setenv("DEPLOYED_VERSION", "1.4.3")
    code, results = smoke(Shop(), "--only", "version")
    assert code == 1
    assert statuses(results) == {"up": "passed", "version": "failed"}


@pytest.fixture
def certificates(check, tmp_path):
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    class Redirecting(Shop):
        def answer(self, *_args):
            return 301, {"Location": "https://www.example.com/"}, None

    def run(days, *args, names=HOSTS):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        until = datetime.now(UTC) + timedelta(days=days)
        authority.issue_cert(*names, key_type=trustme.KeyType.ECDSA, not_after=until).configure_cert(context)
        with serving(Shop(), context) as https_port, serving(Redirecting()) as http_port:
            return check(
                "certificates.yaml",
                *("--cacert", str(tmp_path / "ca.pem")),
                *(word for host in HOSTS for word in ("--resolve", f"{host}:*:127.0.0.1")),
                *("--var", f"https_port={https_port}", "--var", f"http_port={http_port}"),
                *args,
            )

    return run


@pytest.mark.parametrize(
    "days, code, renew, certificate",
    [
        pytest.param(90, 0, "passed", "passed", id="long"),
        pytest.param(30, 0, "failed", "passed", id="time to renew"),
        pytest.param(10, 1, "failed", "failed", id="too late"),
    ],
)
def test_certificates(certificates, days, code, renew, certificate):
    found, results = certificates(days)
    assert found == code
    expected = {f"certificate (host={host})": certificate for host in HOSTS}
    expected |= {f"time to renew (host={host})": renew for host in HOSTS}
    expected |= {"plain http leads to https": "passed", "browsers are told to stay with https": "passed"}
    assert statuses(results) == expected


def test_certificates_of_another_name(certificates):
    code, results = certificates(90, "--tag", "certificates", names=HOSTS[:2])
    assert code == 1
    assert [name for name, status in statuses(results).items() if status != "passed"] == [
        "certificate (host=login.example.com)"
    ]


@pytest.fixture
def dependencies(check, tmp_path):
    settings = tmp_path / "settings.json"
    settings.write_text('{"region": "eu"}', "utf-8")

    def run(ports, *args):
        at = {name: f"127.0.0.1:{port}" for name, port in ports.items()}
        given = {
            "database": f"postgres://app:s3cret-password@{at['database']}/app",
            "cache": f"redis://{at['cache']}/0",
            "queue": f"amqp://{at['queue']}",
            "payments": f"grpc://{at['payments']}/payments.v1.Payments",
            "mail": at["mail"],
            "name": "localhost",
            "migrations": "echo 1a2b3c (head)",
            "settings": str(settings),
            "slow": "1m",
        }
        return check(
            "dependencies.yaml", *(w for name, value in given.items() for w in ("--var", f"{name}={value}")), *args
        )

    return run


def test_dependencies(dependencies):
    with running() as ports:
        code, results = dependencies(ports)
    assert (code, set(statuses(results).values())) == (0, {"passed"})
    assert "s3cret-password" not in json.dumps(results)


def test_dependencies_that_are_gone(dependencies):
    """What needs the database is skipped, and the mail relay only warns."""
    with ExitStack() as stack:
        # Bound, so that nobody else gets the port, and not listening.
        sockets = {name: stack.enter_context(socket.socket()) for name in SERVERS}
        for one in sockets.values():
            one.bind(("127.0.0.1", 0))
        code, results = dependencies({name: one.getsockname()[1] for name, one in sockets.items()})
    assert code == 1
    assert statuses(results) == {
        "name service": "passed",
        "database": "error",
        "cache": "error",
        "queue": "error",
        "payments": "error",
        "mail relay": "error",
        "migrations": "skipped",
        "settings": "passed",
    }
    assert [len(result["attempts"]) for name, result in results.items() if name == "cache"] == [3]
    assert results["migrations"]["words"] == "database failed"


def test_contract(check, monkeypatch):
    monkeypatch.setenv("API_TOKEN", TOKEN)
    with serving(shop := Shop()):
        code, results = check("contract.yaml", "--var", f"base={shop.url}")
    assert code == 0
    assert set(statuses(results).values()) == {"passed"}
    assert [name for name in results if name.startswith("order ")] == ["order 1", "order 2", "order 3"]
    assert TOKEN not in json.dumps(results)


def test_a_contract_that_is_broken(check, monkeypatch):
    monkeypatch.setenv("API_TOKEN", TOKEN)
    shop = Shop()
    shop.orders[2] = {"id": 2, "cents": -1}
    with serving(shop):
        code, results = check("contract.yaml", "--var", f"base={shop.url}")
    assert code == 1
    assert statuses(results)["first page"] == "failed"
    assert results["first page"]["attempts"][-1]["unmet"][0]["subject"] == "json.$.items[?@.cents < 0]"


def test_canary(check):
    names = ("serves", "few errors", "page is whole")  # not whether this machine is fast
    only = (word for name in names for word in ("--only", name))
    with serving(shop := Shop(down=2)):
        code, results = check("canary.yaml", "--var", f"base={shop.url}", "--var", "slow=1m", "--until", "1m", *only)
    assert (code, len(results), set(statuses(results).values())) == (0, 5, {"passed"})
    assert any(result["flaky"] for result in results.values())


def test_a_canary_with_too_many_errors(check):
    with serving(shop := Shop()):
        code, results = check("canary.yaml", "--var", f"base={shop.url}", "--var", "errors=0.001", "--var", "slow=1m")
    assert code == 1
    assert statuses(results)["few errors"] == "failed"
