"""A request made ready, and where the next one comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

if TYPE_CHECKING:
    from wherry.net.proxies import Proxy


class Origin(NamedTuple):
    """Where a request goes. ``host`` is ASCII, IPv6 without brackets; with a ``unix_socket`` it is only a name.

    With a ``proxy`` connections go there: to carry requests as they are, or, with ``tls``, to be a tunnel.
    """

    tls: bool
    host: str
    port: int
    unix_socket: str | None = None
    proxy: Proxy | None = None


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """One request, as HTTP/1.1 sends it.

    ``number`` is that of its target, by ``Requests.names``. ``data`` is all of it, head and body, the last
    ``body_size`` bytes of which are the body. ``head``: the method is HEAD. ``idempotent``: it may be sent again where
    nobody knows what became of it. ``url`` is without secrets, and not filled in where it is a template.
    """

    number: int
    method: str
    url: str
    origin: Origin
    data: bytes
    body_size: int = 0
    head: bool = False
    idempotent: bool = True


class Source(Protocol):
    """Where a worker takes its requests from."""

    def next(self) -> Prepared:
        """The next one; there is no end. Raises WherryError where the file that it stands in was changed."""


class Requests(Protocol):
    """All that a run sends. It can be pickled.

    ``names`` are those of the targets, different from each other, of no more than one beyond those that are told apart
    (tally.part.KEPT). ``targets`` is how many there are. ``methods`` and ``urls`` are for record.Plan. ``origins`` are
    all there are.
    """

    names: tuple[str, ...]
    targets: int
    methods: tuple[str, ...]
    urls: tuple[str, ...]
    origins: tuple[Origin, ...]

    @property
    def only(self) -> Prepared | None:
        """The request, where all are the same."""

    def source(self, worker: int, workers: int) -> Source:
        """The share of worker number ``worker`` of ``workers``: every ``workers``-th request, so that together they
        send what one alone would.
        """
