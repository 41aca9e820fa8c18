from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wherry.commands.load.command import command
from wherry.commands.load.options import Content, Options, read_options
from wherry.core.credential import Bearer, parse_source
from wherry.core.network import NetworkSettings
from wherry.errors import UsageError
from wherry.profile.file import Profile
from wherry.ui.env import Env
from wherry.ui.report import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = "http://a.example/"


def read(args: Sequence[str], *, cores: int = 4, output: str = "text") -> Options:
    """What a command line comes to, without running it."""
    with command.make_context("load", list(args), obj=Env()) as context:
        given: dict[str, Any] = {**context.params}
    return read_options(given, Profile(), NetworkSettings(), cores=cores, output=output)


def test_defaults() -> None:
    options = read([URL])
    assert (options.connections, options.requests, options.duration_s, options.rate) == (50, None, 10.0, None)
    assert (options.jobs, options.timeout_s, options.keepalive, options.follow) == (4, 20.0, True, False)
    assert (options.warmup_s, options.think_s, options.http2, options.name) == (0.0, 0.0, False, "")
    assert (options.sent.method, options.sent.url, options.sent.seed) == ("GET", URL, 0)
    assert options.choices == (Choice("text"),)


@pytest.mark.parametrize(
    ("args", "method", "url"),
    [
        pytest.param([URL], "GET", URL, id="url"),
        pytest.param(["put", URL], "PUT", URL, id="method-before-it"),
        pytest.param([URL, "-X", "delete"], "DELETE", URL, id="option"),
        pytest.param([URL, "-d", "x"], "POST", URL, id="with-a-body"),
        pytest.param([URL, "--json", "1", "-X", "PUT"], "PUT", URL, id="with-a-body-and-a-method"),
        pytest.param(["--targets", "f"], "GET", None, id="targets"),
        pytest.param(["--targets", "f", URL], "GET", URL, id="rows"),
    ],
)
def test_method_and_url(args: list[str], method: str, url: str | None) -> None:
    sent = read(args).sent
    assert (sent.method, sent.url) == (method, url)


@pytest.mark.parametrize(
    ("args", "requests", "duration_s"),
    [
        pytest.param([], None, 10.0, id="neither"),
        pytest.param(["-n", "100"], 100, None, id="requests"),
        pytest.param(["-z", "1m"], None, 60.0, id="duration"),
        pytest.param(["-n", "100", "-z", "1m"], 100, 60.0, id="whichever-comes-first"),
    ],
)
def test_how_much_is_sent(args: list[str], requests: int | None, duration_s: float | None) -> None:
    options = read([URL, *args])
    assert (options.requests, options.duration_s) == (requests, duration_s)


@pytest.mark.parametrize(
    ("args", "connections", "requests", "duration_s"),
    [
        pytest.param(["--rate", "9/s", "-z", "1m"], 10_000, None, 60.0, id="for-a-time"),
        pytest.param(["--rate", "9/s", "-n", "9"], 10_000, 9, None, id="so-many"),
        pytest.param(["--rate", "9/s:90/s", "-n", "9", "-z", "1m"], 10_000, 9, 60.0, id="whichever-comes-first"),
        pytest.param(["--rate", "1s@9/s,1s@5/s", "--max-connections", "7"], 7, None, None, id="stages"),
    ],
)
def test_an_open_loop(args: list[str], connections: int, requests: int | None, duration_s: float | None) -> None:
    options = read([URL, *args])
    assert options.rate is not None
    assert (options.connections, options.requests, options.duration_s) == (connections, requests, duration_s)
    assert options.arrivals == "constant"


@pytest.mark.parametrize(
    ("args", "cores", "jobs"),
    [
        pytest.param([], 4, 4, id="one-a-core"),
        pytest.param(["-c", "3"], 4, 3, id="no-more-than-connections"),
        pytest.param(["-n", "2"], 4, 2, id="no-more-than-requests"),
        pytest.param(["--jobs", "8"], 4, 8, id="as-told"),
    ],
)
def test_jobs(args: list[str], cores: int, jobs: int) -> None:
    assert read([URL, *args], cores=cores).jobs == jobs


def test_what_goes_with_each_request() -> None:
    options = read([URL, "-H", "Accept: text/plain", "-H", "User-Agent:", "--bearer", "env:T", "--json", "@f"])
    assert options.sent.headers == (("Accept", "text/plain"),)
    assert options.sent.without == {"user-agent"}
    assert options.sent.credential == Bearer(parse_source("env:T"))
    assert options.sent.content == Content("@f", json=True)


def test_reports() -> None:
    assert read([URL, "--report", "html=p.html"], output="json").choices == (Choice("json"), Choice("html", "p.html"))


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param([], "the URL is missing; write wherry load [METHOD] URL", id="nothing"),
        pytest.param(["GET"], "the URL is missing; write wherry load GET URL", id="method-alone"),
        pytest.param(["GET", URL, "-X", "PUT"], "-X and a METHOD before the URL exclude each other", id="two-methods"),
        pytest.param([URL, "-X", "G T"], "-X: 'G T' is not a method", id="no-method"),
        pytest.param([URL, "--json", "1", "-d", "2"], "--json and --data exclude each other", id="two-bodies"),
        pytest.param([URL, "-u", "a:b", "--bearer", "t"], "--user and --bearer exclude each other", id="credentials"),
        pytest.param([URL, "-u", "a:b", "-H", "authorization: x"], "a header Authorization and --user", id="both"),
        pytest.param([URL, "-u", "a"], "--user is USER:SECRET", id="no-colon"),
        pytest.param([URL, "-H", "Content-Length: 1"], "the header Content-Length is set by wherry", id="framing"),
        pytest.param([URL, "-z", "0"], "--duration must be more than 0", id="no-time"),
        pytest.param([URL, "--timeout", "0"], "--timeout must be more than 0", id="no-timeout"),
        pytest.param([URL, "-T", "0"], "--deadline must be more than 0", id="no-deadline"),
        pytest.param([URL, "--rate", "0"], "--rate 0 is no rate", id="rate-0"),
        pytest.param([URL, "--rate", "infinity"], "--rate infinity is no rate", id="rate-infinity"),
        pytest.param([URL, "--rate", "fast", "-z", "1s"], "--rate: 'fast' is not a rate", id="no-rate"),
        pytest.param([URL, "--rate", "9/s"], "--rate needs -z DURATION or -n REQUESTS", id="endless"),
        pytest.param([URL, "--rate", "9/s:10/s"], "--rate needs -z DURATION or -n REQUESTS", id="endless-ramp"),
        pytest.param([URL, "--rate", "1s@9/s", "-z", "1s"], "-z and the stages of --rate exclude", id="two-ends"),
        pytest.param([URL, "--rate", "9/s", "-n", "1", "-c", "1"], "-c and --rate exclude each other", id="c-rate"),
        pytest.param([URL, "--rate", "9/s", "-n", "1", "--think", "1s"], "--think and --rate exclude", id="think"),
        pytest.param([URL, "--gate", "lag.p(99)<1ms"], "lag.p(99)<1ms", id="gate-of-a-schedule"),
        pytest.param([URL, "--arrivals", "poisson"], "--arrivals needs --rate", id="arrivals"),
        pytest.param([URL, "--max-connections", "9"], "--max-connections needs --rate", id="max-connections"),
        pytest.param([URL, "--jobs", "4", "-c", "3"], "--jobs 4 is more than there is work for: 3 conn", id="jobs"),
        pytest.param([URL, "--jobs", "4", "-n", "3"], "--jobs 4 is more than there is work for: 3 req", id="jobs-n"),
        pytest.param([URL, "--abort-on-gate"], "--abort-on-gate needs --gate", id="abort"),
        pytest.param([URL, "--http2", "--no-keepalive"], "--http2 and --no-keepalive exclude", id="http2"),
        pytest.param([URL, "--targets-format", "csv"], "--targets-format needs --targets FILE", id="format-alone"),
        pytest.param(["--targets", "f", "--targets-format", "csv"], "rows of csv fill in a URL", id="rows-alone"),
        pytest.param(["--targets", "f", "-X", "PUT"], "-X and targets without a URL exclude", id="method-of-targets"),
        pytest.param(
            [URL, "--targets", "f", "--targets-format", "http"], "targets of the format http have URLs", id="both-urls"
        ),
        pytest.param(["--targets", "-", "-d", "@-"], "standard input can be read once", id="stdin-twice"),
        pytest.param([URL, "--report", "xml"], "--report: there is no report 'xml'", id="report"),
    ],
)
def test_what_does_not_go_together(args: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(args)
    assert words in str(caught.value)


def test_secrets_do_not_show_in_the_options() -> None:
    assert "hunter2" not in repr(read([URL, "-u", "me:hunter2"]))
