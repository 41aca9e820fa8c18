"""Where the two are meant to differ, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from probe_case import Case


class Difference(NamedTuple):
    """``ours`` is what wherry's report has of the ``metric``, ``theirs`` what is at /probe; None is no sample."""

    case: str
    metric: str
    ours: float | None
    theirs: float | None


MEANT: Final[Mapping[Difference, str]] = {
    Difference("HTTP/2", "probe_http_version", 1.1, 2.0): "HTTP/2 is spoken where it is asked for, as with gRPC",
    Difference("a body in chunks", "probe_http_content_length", None, -1): "no length was told: there is no number",
    Difference("a body that ends with the connection", "probe_http_content_length", None, -1): "the same",
    Difference("a packed body", "probe_http_content_length", 12, -1): "the body was read, so that its size is known",
    Difference("a packed body of a length", "probe_http_content_length", 12, 32): "the size is that of what was packed",
    Difference("a redirect that is not followed", "probe_http_redirects", 0, 1): "only those that are followed count",
    Difference("another redirect than wanted", "probe_http_redirects", 0, 1): "the same",
    Difference("a name without such records", "probe_success", 0, 1): "who asks for records wants to have some",
}
WITHOUT_ANSWER: Final = "where there was no whole answer there are no numbers of it; theirs are of how far it came"
OF_A_NAME_SERVER: Final = "the answers of a name server are looked at, not the way to it"


def unexplained(case: Case, ours: Mapping[str, float], theirs: Mapping[str, float]) -> list[Difference]:
    """What differs and is not in the table, nor one of the two rules; a 0 there may be no sample here."""
    found = []
    for metric in sorted({*ours, *theirs}):
        one = Difference(case.name, metric, ours.get(metric), theirs.get(metric))
        if one.ours == one.theirs or (one.ours is None and one.theirs == 0) or one in MEANT:
            continue
        if one.ours is None and not case.passes and set(ours) == {"probe_success"}:  # WITHOUT_ANSWER
            continue
        if one.ours is None and case.prober == "dns" and metric == "probe_ip_protocol":  # OF_A_NAME_SERVER
            continue
        found.append(one)
    return found
