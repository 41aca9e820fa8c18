from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from wherry.commands.request.command import command
from wherry.commands.request.options import Options, read_options
from wherry.commands.request.payload import Form, Json, Raw, Upload
from wherry.core.credential import Basic, Bearer, OAuth2, parse_source
from wherry.core.network import NetworkSettings
from wherry.errors import UsageError
from wherry.profile.file import Profile
from wherry.ui.env import Env

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = "http://a.example/"


def read(args: Sequence[str], profile: Profile | None = None) -> Options:
    """What a command line comes to, without running it."""
    with command.make_context("request", list(args), obj=Env()) as context:
        given: dict[str, Any] = {**context.params}
    given["headers"] = given.pop("header")
    return read_options(given, profile or Profile(), NetworkSettings())


@pytest.mark.parametrize(
    ("args", "method"),
    [
        pytest.param([URL], "GET", id="url-alone"),
        pytest.param([URL, "--json", "1"], "POST", id="url-with-body"),
        pytest.param(["put", URL], "PUT", id="lower-case"),
        pytest.param(["DELETE", URL, "-d", "x"], "DELETE", id="as-given"),
        pytest.param(["PropFind", URL], "PropFind", id="mixed-case-stays"),
    ],
)
def test_method(args: list[str], method: str) -> None:
    assert read(args).method == method


def test_defaults() -> None:
    options = read([URL])
    assert (options.retry.retries, options.retry.base_s, options.retry.cap_s) == (2, 0.5, 30.0)
    assert (options.timeout_s, options.follow, options.max_redirects) == (30.0, True, 10)
    assert (options.output, options.payload, options.credential, options.include) == (None, None, None, False)


@pytest.mark.parametrize(
    ("args", "payload"),
    [
        (["--json", "[]"], Json("[]")),
        (["-d", "@f"], Raw("@f")),
        (["--form", "a=1", "--form", "b=2"], Form((("a", "1"), ("b", "2")))),
        (["--form", "a=1", "--file", "f=@x"], Form((("a", "1"),), (Upload("f", "x"),))),
    ],
)
def test_payload(args: list[str], payload: object) -> None:
    assert read([URL, *args]).payload == payload


@pytest.mark.parametrize(
    ("args", "credential"),
    [
        (["-u", "me:env:PW"], Basic("me", parse_source("env:PW"))),
        (["--bearer", "file:/t"], Bearer(parse_source("file:/t"))),
        (
            ["--oauth-token-url", "https://id/t", "--oauth-client-id", "i", "--oauth-client-secret", "exec:get s"],
            OAuth2("https://id/t", "i", parse_source("exec:get s")),
        ),
        ([], None),
    ],
)
def test_credential(args: list[str], credential: object) -> None:
    assert read([URL, *args]).credential == credential


def test_a_url_with_user_is_basic() -> None:
    options = read(["http://me:pw@a.example/"])
    assert options.credential == Basic("me", parse_source("pw"))
    assert options.url == URL


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param([], "the URL is missing; write wherry request [METHOD] URL", id="nothing"),
        pytest.param(["GET"], "the URL is missing; write wherry request GET URL", id="method-alone"),
        pytest.param(["GET", URL, "x"], "one URL at a time: 'x' is too much", id="three"),
        pytest.param([URL, "GET"], f"'{URL}' is not a method", id="swapped"),
        pytest.param(["G(T", URL], "'G(T' is not a method", id="no-token"),
        pytest.param([URL, "--json", "1", "-d", "2"], "--json and --data exclude each other", id="two-bodies"),
        pytest.param([URL, "--file", "a=@-", "--file", "b=@-"], "standard input can be read for one", id="two-stdin"),
        pytest.param([URL, "-u", "a:b", "--bearer", "t"], "--user and --bearer exclude", id="credentials"),
        pytest.param([URL, "-u", "a"], "--user is USER:SECRET", id="no-colon"),
        pytest.param([URL, "--bearer", "env:"], "names nothing after the colon", id="empty-source"),
        pytest.param([URL, "--oauth-client-id", "x"], "--oauth-token-url is missing", id="oauth-half"),
        pytest.param(
            [URL, "-u", "a:b", "-H", "Authorization: x"], "a header Authorization and --user, --bearer", id="both"
        ),
        pytest.param([URL, "-H", "Content-Length: 1"], "the header Content-Length is set by wherry", id="framing"),
        pytest.param([URL, "--items", "$.a"], "--items needs --paginate", id="items"),
        pytest.param([URL, "--max-pages", "2"], "--max-pages needs --paginate", id="max-pages"),
        pytest.param([URL, "--stream"], "--stream needs --paginate", id="stream"),
        pytest.param([URL, "--continue"], "--continue needs -o FILE", id="continue"),
        pytest.param([URL, "--continue", "-o", "-"], "--continue needs -o FILE", id="continue-to-stdout"),
        pytest.param(["POST", URL, "--continue", "-o", "f"], "--continue resumes what GET returns", id="continue-post"),
        pytest.param([URL, "--continue", "-o", "f", "--extract", "$.a"], "--continue and --extract", id="extract"),
        pytest.param([URL, "-i", "--extract", "$"], "--include and --extract", id="include-extract"),
        pytest.param([URL, "--report", "json", "-i"], "--report json and --include", id="report-include"),
        pytest.param([URL, "-i", "-o", "f"], "--include and -o exclude each other", id="include-file"),
        pytest.param(["HEAD", URL, "-o", "f"], "HEAD returns no body", id="head-file"),
        pytest.param([URL, "--report", "json", "--extract", "$"], "--report json and --extract", id="report-extract"),
        pytest.param([URL, "--paginate", "link", "-i"], "--paginate prints items", id="paginate-include"),
        pytest.param([URL, "--paginate", "link", "--stream", "--report", "json"], "--stream and", id="stream-report"),
    ],
)
def test_what_does_not_go_together(args: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(args)
    assert words in str(caught.value)


PROFILE = Profile(
    name="p",
    base_url="https://api.example.com/v1",
    headers={"X-Team": "core", "X-Api-Key": "k"},
    credential=Bearer(parse_source("t")),
)


def test_a_profile_fills_in() -> None:
    options = read(["/items", "-H", "Accept: text/plain"], PROFILE)
    assert options.url == "https://api.example.com/v1/items"
    assert options.headers == (("X-Team", "core"), ("X-Api-Key", "k"), ("Accept", "text/plain"))
    assert options.credential == PROFILE.credential


def test_the_command_line_beats_the_profile() -> None:
    options = read(["/items", "-H", "x-team: mine", "-H", "X-Api-Key:", "-H", "Authorization: own"], PROFILE)
    assert options.headers == (("x-team", "mine"), ("Authorization", "own"))
    assert options.credential is None


def test_a_profiles_secrets_go_to_its_own_origin_only() -> None:
    options = read(["https://elsewhere.example/"], PROFILE)
    assert options.headers == (("X-Team", "core"),)
    assert options.credential is None


def test_head_prints_the_head() -> None:
    assert read(["HEAD", URL]).include


def test_secrets_do_not_show_in_the_options() -> None:
    assert "hunter2" not in repr(read([URL, "-u", "me:hunter2"]))
