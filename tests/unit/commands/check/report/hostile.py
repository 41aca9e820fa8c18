"""Results whose every text is what a hostile server or suite may have written."""

from __future__ import annotations

from hypothesis import Phase, settings
from hypothesis import strategies as st
from report_samples import attempt, result

from wherry.commands.check.results import Measured, Severity, Status, Unmet

NASTY = (
    "", " ", "\n", "\r\n::error::x", "::set-output name=a::b", "##vso[task.setvariable variable=a]b",
    "##[add-path]/tmp", "\x1b]0;title\x07", "\x1b[2J\x9b31m", "\x00", "\ud800", "\ufffe", "\u202ereversed", "]]>",
    "<!--", "</pre></details>", "&amp;", '"', "'", "\\", "#", "# SKIP not", "1..0", "ok 1", "Bail out!", "---", "  ...",
    "a: b", 'a{b="c"} 1', "%0A", "`code` **bold** @user", "\u2028", "\u0085", "\t", "api.example.com", "x" * 3000,
    "ünïcödé 你好 🚢",
)  # fmt: skip
nasty = st.sampled_from(NASTY)
texts = st.one_of(nasty, st.text(max_size=20), st.tuples(nasty, nasty).map("".join))
seconds = st.floats(0, 1e6, allow_nan=False)
statuses = st.sampled_from(Status)
unmets = st.builds(Unmet, texts, texts, texts, texts, st.lists(texts, max_size=3).map(tuple))
attempts = st.builds(
    lambda number, status, words, reason, unmet: attempt(number, status, words, reason=reason, unmet=unmet),
    st.integers(1, 99), statuses, texts, st.none() | texts, st.lists(unmets, max_size=2).map(tuple),
)  # fmt: skip
measured = st.builds(
    Measured,
    phases=st.dictionaries(st.sampled_from(("dns", "connect", "proxy", "first_byte", "x")), seconds, max_size=3),
    status_code=st.none() | st.integers(100, 599), size=st.none() | st.integers(0, 2**60),
    http_version=st.none() | texts,
    redirects=st.none() | st.integers(0, 20), tls=st.booleans(), tls_version=st.none() | texts,
    expiry_s=st.none() | st.floats(-1e15, 1e15), ip=st.none() | texts, ip_version=st.sampled_from((None, 4, 6)),
    answers=st.none() | st.integers(0, 99), grpc_status=st.none() | st.integers(0, 16),
)  # fmt: skip
results = st.builds(
    lambda index, name, status, **fields: result(
        index, name, status, **fields, flaky=status is Status.PASSED and len(fields["attempts"]) > 1
    ),
    st.integers(0, 9), texts, statuses,
    suite=texts, group=texts, file=texts, kind=st.sampled_from(("http", "tcp")) | texts, url=texts, words=texts,
    request=texts, tags=st.lists(texts, max_size=2).map(tuple), severity=st.sampled_from(Severity),
    attempts=st.lists(attempts, max_size=3).map(tuple), measured=measured, seconds=seconds,
)  # fmt: skip
runs = st.lists(results, max_size=3)
quick = settings(max_examples=60, phases=[Phase.explicit, Phase.reuse, Phase.generate])
