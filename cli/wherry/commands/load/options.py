"""What is to be sent, how much of it, how it is judged and told; and the rules across options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from wherry.commands.load.report.formats import FORMATS
from wherry.commands.load.targets.formats import of_rows
from wherry.core.network import NetworkSettings
from wherry.core.record import Record
from wherry.core.redact import redact_url
from wherry.core.sending import credential_of, forbid_framing, has_header, in_capitals, is_method, method_and_url
from wherry.errors import UsageError
from wherry.ui.report import parse as parse_reports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.load.gates.gate import Gate
    from wherry.commands.load.schedule.rate import Rate
    from wherry.core.credential import Credential
    from wherry.core.sending import Headers
    from wherry.profile.file import Profile
    from wherry.ui.report import Choice

CONNECTIONS: Final = 50
MAX_CONNECTIONS: Final = 10_000
DURATION_S: Final = 10.0
STDIN: Final = "-"
_NO_RATES: Final = ("0", "0/s", "infinity")


class Content(Record):
    """``--data`` or, with ``json``, ``--json``: the text itself, ``@FILE`` or ``@-``."""

    text: str
    json: bool = False


class Sent(Record):
    """What is sent. ``url`` is as it was written, None where the targets name theirs; the method is GET then and means
    nothing. ``headers`` and ``credential`` are those of every target that has none of its own.

    ``without`` are names of headers, in lower case, that are not to be sent. What the profile says, ``inherited`` and
    ``inherited_credential``, goes to the origin of ``base_url`` only, where there is one. ``targets`` is the path of a
    file of targets or rows, ``-`` for standard input.
    """

    method: str
    url: str | None
    base_url: str = ""
    inherited: Headers = ()
    inherited_credential: Credential | None = None
    headers: Headers = ()
    without: frozenset[str] = frozenset()
    content: Content | None = None
    credential: Credential | None = None
    unix_socket: str | None = None
    targets: str | None = None
    targets_format: str | None = None
    seed: int = 0


class Options(Record):
    """One run. Durations are seconds.

    In a closed loop ``rate`` is None and ``connections`` are kept busy; in an open one they are the most that may be
    open. ``requests`` and ``duration_s`` end the run, whichever comes first; both are None where the stages of ``rate``
    do. ``expect`` are conditions as written, which core/expect has accepted. ``jobs`` is how many processes send.
    """

    sent: Sent
    connections: int
    jobs: int
    requests: int | None = None
    duration_s: float | None = None
    rate: Rate | None = None
    arrivals: Literal["constant", "poisson"] = "constant"
    warmup_s: float = 0.0
    think_s: float = 0.0
    timeout_s: float = 20.0
    keepalive: bool = True
    http2: bool = False
    follow: bool = False
    network: NetworkSettings = NetworkSettings()
    expect: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    abort_on_gate: bool = False
    choices: tuple[Choice, ...] = ()
    name: str = ""
    deadline_s: float | None = None


def read_options(
    given: Mapping[str, Any], profile: Profile, network: NetworkSettings, *, cores: int, output: str = "text"
) -> Options:
    """The options in ``given``, by their names on the command line, over those of ``profile``.

    ``cores`` is how many the machine has for us. Raises UsageError.
    """
    _forbid_nothing(given)
    rate = _rate(given["rate"])
    _forbid_of_other_loop(given, rate)
    duration_s = _duration(given, rate)
    connections = given["connections"] or CONNECTIONS if rate is None else given["max_connections"] or MAX_CONNECTIONS
    _check_gates(given, rate)
    if given["http2"] and not given["keepalive"]:
        raise UsageError("--http2 and --no-keepalive exclude each other: HTTP/2 keeps its connections")
    return Options(
        _sent(given, profile),
        connections,
        _jobs(given["jobs"], cores, connections, given["requests"]),
        requests=given["requests"],
        duration_s=duration_s,
        rate=rate,
        arrivals=given["arrivals"] or "constant",
        warmup_s=given["warmup"] or 0.0,
        think_s=given["think"] or 0.0,
        timeout_s=given["timeout"],
        keepalive=given["keepalive"],
        http2=given["http2"],
        follow=given["follow"],
        network=network,
        expect=given["expect"],
        gates=given["gate"],
        abort_on_gate=given["abort_on_gate"],
        choices=parse_reports(given["report"], FORMATS, output=output),
        name=given["name"],
        deadline_s=given["deadline"],
    )


def _forbid_nothing(given: Mapping[str, Any]) -> None:
    """Raises UsageError for lengths of time in which nothing can be done."""
    for option in ("duration", "timeout", "deadline"):
        if given[option] is not None and given[option] <= 0:
            raise UsageError(f"--{option} must be more than 0")


def _rate(text: str | None) -> Rate | None:
    if text is None:
        return None
    if text.strip() in _NO_RATES:
        raise UsageError(
            f"--rate {text} is no rate",
            hint="without --rate, requests are sent as fast as answers come: -c CONNECTIONS",
        )
    from wherry.commands.load.schedule.rate import RateError, parse_rate

    try:
        return parse_rate(text)
    except RateError as exc:
        raise UsageError(f"--rate: {exc}") from None


def _forbid_of_other_loop(given: Mapping[str, Any], rate: Rate | None) -> None:
    """Raises UsageError for what makes sense in an open loop only, or in a closed one."""
    if rate is None:
        for option, name in (("--max-connections", "max_connections"), ("--arrivals", "arrivals")):
            if given[name] is not None:
                raise UsageError(f"{option} needs --rate: without it, -c connections send as answers come")
    else:
        if given["connections"] is not None:
            raise UsageError(
                "-c and --rate exclude each other: a rate opens as many connections as it needs",
                hint="--max-connections bounds them",
            )
        if given["think"] is not None:
            raise UsageError("--think and --rate exclude each other: a rate says when each request is sent")


def _check_gates(given: Mapping[str, Any], rate: Rate | None) -> None:
    """Raises UsageError for gates that cannot be met, and for what needs one where there is none."""
    if given["gate"]:
        from wherry.commands.load.gates.judging import refuse_impossible

        refuse_impossible(given["gate"], open_loop=rate is not None)
    elif given["abort_on_gate"]:
        raise UsageError("--abort-on-gate needs --gate")


def _duration(given: Mapping[str, Any], rate: Rate | None) -> float | None:
    """How long it is sent: what -z says, or what nothing says."""
    duration_s: float | None = given["duration"]
    if rate is not None and rate.duration_s is not None:
        if duration_s is not None:
            raise UsageError("-z and the stages of --rate exclude each other: the stages say how long")
        return None
    if duration_s is None and given["requests"] is None:
        if rate is not None:
            raise UsageError("--rate needs -z DURATION or -n REQUESTS", hint="or stages, such as 30s@50/s,1m@200/s")
        return DURATION_S
    return duration_s


def _jobs(jobs: int | None, cores: int, connections: int, requests: int | None) -> int:
    """Processes: as many as are wanted, or as there are cores, but none that would have nothing to do."""
    most = min(connections, requests or connections)
    if jobs is not None and jobs > most:
        what = f"{most} connections" if most == connections else f"{most} requests"
        raise UsageError(f"--jobs {jobs} is more than there is work for: {what}")
    return jobs or min(cores, most)


def _sent(given: Mapping[str, Any], profile: Profile) -> Sent:
    content = _content(given)
    method, url = _method_and_url(given, has_body=content is not None)
    if given["targets"] == STDIN and content is not None and content.text == "@-":
        raise UsageError("standard input can be read once: for --targets or for the body")
    own: Headers = given["header"]
    forbid_framing(own)
    return Sent(
        method,
        url,
        base_url=profile.base_url,
        inherited=tuple(profile.headers.items()),
        inherited_credential=profile.credential,
        headers=tuple((name, value) for name, value in own if value),
        without=frozenset(name.lower() for name, value in own if not value),
        content=content,
        credential=_credential(given, own),
        unix_socket=given["unix_socket"],
        targets=given["targets"],
        targets_format=given["targets_format"],
        seed=given["seed"],
    )


def _content(given: Mapping[str, Any]) -> Content | None:
    if given["json"] is not None and given["data"] is not None:
        raise UsageError("--json and --data exclude each other: a request has one body")
    if given["json"] is not None:
        return Content(given["json"], json=True)
    return None if given["data"] is None else Content(given["data"])


def _method_and_url(given: Mapping[str, Any], *, has_body: bool) -> tuple[str, str | None]:
    """What is sent where; the URL is None where the file of targets says both."""
    words, file_format = given["words"], given["targets_format"]
    if file_format is not None and given["targets"] is None:
        raise UsageError("--targets-format needs --targets FILE")
    if given["targets"] is not None and not words:
        if file_format is not None and of_rows(file_format):
            raise UsageError(f"rows of {file_format} fill in a URL: write it, with {{COLUMN}} where a value belongs")
        if given["method"] is not None:
            raise UsageError("-X and targets without a URL exclude each other: each target has its method")
        return "GET", None
    if given["targets"] is not None and file_format is not None and not of_rows(file_format):
        raise UsageError(
            f"targets of the format {file_format} have URLs of their own: leave {redact_url(words[-1])!r} out"
        )
    method, url = method_and_url(words, "wherry load", has_body=has_body)
    if given["method"] is not None:
        if len(words) == 2:
            raise UsageError(f"-X and a METHOD before the URL exclude each other: {given['method']} or {words[0]}")
        if not is_method(given["method"]):
            raise UsageError(f"-X: {given['method']!r} is not a method")
        method = in_capitals(given["method"])
    return method, url


def _credential(given: Mapping[str, Any], own: Headers) -> Credential | None:
    if given["user"] is not None and given["bearer"] is not None:
        raise UsageError("--user and --bearer exclude each other: a request has one credential")
    credential = credential_of(given["user"], given["bearer"], None)
    if credential is not None and has_header(own, "authorization"):
        raise UsageError("a header Authorization and --user or --bearer exclude each other")
    return credential
