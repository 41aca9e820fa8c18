"""What a request is to be, and the rules across its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from wherry.core.network import NetworkSettings
from wherry.core.record import Record
from wherry.core.redirect import MAX_REDIRECTS, origin
from wherry.core.retry import RetryPolicy
from wherry.core.sending import credential_of, forbid_framing, has_header, merged_headers, method_and_url
from wherry.core.weburl import build_address
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.request.events import Headers
    from wherry.commands.request.paginate import Pagination
    from wherry.commands.request.payload import Payload
    from wherry.core.credential import Credential
    from wherry.core.expect.jsonpath import JsonPath
    from wherry.core.expect.parse import Condition
    from wherry.core.weburl import Address
    from wherry.profile.file import Profile


class Options(Record):
    """``output`` None is standard output. ``guessed``: the URL had no scheme. Durations are seconds.

    ``without`` are names of headers, in lower case, that are not to be sent.
    """

    method: str
    url: str
    guessed: bool = False
    headers: Headers = ()
    without: frozenset[str] = frozenset()
    payload: Payload | None = None
    credential: Credential | None = None
    network: NetworkSettings = NetworkSettings()
    http2: bool = False
    unix_socket: str | None = None
    cookie_jar: Path | None = None
    follow: bool = True
    max_redirects: int = MAX_REDIRECTS
    retry: RetryPolicy = RetryPolicy()
    timeout_s: float = 30.0
    expect: tuple[Condition, ...] = ()
    extract: JsonPath | None = None
    paginate: Pagination | None = None
    items: JsonPath | None = None
    max_pages: int | None = None
    stream: bool = False
    output: Path | None = None
    resume: bool = False
    report: bool = False
    include: bool = False
    timing: bool = False


def read_options(given: Mapping[str, Any], profile: Profile, network: NetworkSettings) -> Options:
    """The options in ``given``, by their names on the command line, over those of ``profile``. Raises UsageError."""
    payload = _payload(given)
    method, target = method_and_url(given["words"], "wherry request", has_body=payload is not None)
    address = build_address(target, given["query"], profile.base_url)
    _forbid_clashes(given, method)
    own: Headers = given["headers"]
    forbid_framing(own)
    credential = _credential(given, address)
    if credential is not None and has_header(own, "authorization"):
        raise UsageError(
            "a header Authorization and --user, --bearer, --oauth-token-url or a URL's user exclude each other"
        )
    trusted = not profile.base_url or origin(profile.base_url) == origin(address.url)
    if credential is None and trusted and not has_header(own, "authorization"):
        credential = profile.credential
    output = None if given["output"] in (None, "-") else Path(given["output"])
    return Options(
        method=method,
        url=address.url,
        guessed=address.guessed,
        headers=merged_headers(own, profile.headers, trusted=trusted),
        without=frozenset(name.lower() for name, value in own if not value),
        payload=payload,
        credential=credential,
        network=network,
        http2=given["http2"],
        unix_socket=given["unix_socket"] or address.unix_socket,
        cookie_jar=Path(given["cookie_jar"]) if given["cookie_jar"] else None,
        follow=given["follow"],
        max_redirects=given["max_redirects"],
        retry=RetryPolicy(given["retry"], given["retry_base"], given["retry_cap"]),
        timeout_s=given["timeout"],
        expect=given["expect"],
        extract=given["extract"],
        paginate=given["paginate"],
        items=given["items"],
        max_pages=given["max_pages"],
        stream=given["stream"],
        output=output,
        resume=given["resume"],
        report=given["report"] is not None,
        include=given["include"] or method == "HEAD",
        timing=given["timing"],
    )


def _payload(given: Mapping[str, Any]) -> Payload | None:
    named = {
        "--json": given["json"] is not None,
        "--data": given["data"] is not None,
        "--form or --file": bool(given["form"] or given["file"]),
    }
    used = [name for name, is_used in named.items() if is_used]
    if not used:
        return None
    if len(used) > 1:
        raise UsageError(f"{' and '.join(used)} exclude each other: a request has one body")
    from wherry.commands.request.payload import Form, Json, Raw

    if given["json"] is not None:
        return Json(given["json"])
    if given["data"] is not None:
        return Raw(given["data"])
    if sum(upload.path == "-" for upload in given["file"]) > 1:
        raise UsageError("standard input can be read for one --file only")
    return Form(tuple(given["form"]), tuple(given["file"]))


def _credential(given: Mapping[str, Any], address: Address) -> Credential | None:
    oauth = {key: given[f"oauth_{key}"] for key in ("token_url", "client_id", "client_secret", "scope", "audience")}
    named = {
        "--user": given["user"] is not None,
        "--bearer": given["bearer"] is not None,
        "the options --oauth-...": any(oauth.values()),
    }
    used = [name for name, is_used in named.items() if is_used]
    if not used and address.user is None:
        return None
    if len(used) > 1:
        raise UsageError(f"{' and '.join(used)} exclude each other: a request has one credential")
    if any(oauth.values()):
        from wherry.core.credential import OAuth2, parse_source

        for key in ("token_url", "client_id", "client_secret"):
            if not oauth[key]:
                raise UsageError(f"--oauth-{key.replace('_', '-')} is missing")
        token = build_address(oauth["token_url"])
        secret = parse_source(oauth["client_secret"])
        return OAuth2(token.url, oauth["client_id"], secret, oauth["scope"] or "", oauth["audience"] or "")
    return credential_of(given["user"], given["bearer"], address)


def _forbid_clashes(given: Mapping[str, Any], method: str) -> None:
    """The combinations that make no sense, each with the reason."""
    to_file = given["output"] not in (None, "-")
    for option, key in (("--items", "items"), ("--max-pages", "max_pages"), ("--stream", "stream")):
        if given[key] and not given["paginate"]:
            raise UsageError(f"{option} needs --paginate")
    if given["resume"]:
        if not to_file:
            raise UsageError("--continue needs -o FILE")
        if method != "GET":
            raise UsageError(f"--continue resumes what GET returns, not {method}")
        for option, key in (("--extract", "extract"), ("--paginate", "paginate")):
            if given[key]:
                raise UsageError(f"--continue and {option} exclude each other: what is extracted is not resumed")
    if given["include"] and to_file:
        raise UsageError("--include and -o exclude each other: the file holds the body")
    if method == "HEAD" and to_file:
        raise UsageError("HEAD returns no body that -o could save")
    if given["include"] and given["extract"]:
        raise UsageError("--include and --extract exclude each other: only what is extracted is printed")
    if given["report"] and given["extract"]:
        raise UsageError("--report json and --extract exclude each other: the report holds the whole body")
    if given["report"] and given["include"]:
        raise UsageError("--report json and --include exclude each other: the report holds the headers")
    if given["paginate"] and (given["include"] or method == "HEAD"):
        raise UsageError("--paginate prints items, and no head of a response stands before them")
    if given["stream"] and given["report"]:
        raise UsageError("--stream and --report exclude each other: a report is one document")
