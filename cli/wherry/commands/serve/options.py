"""What `wherry serve` was told, and the rules across its options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.listen import Listen


@dataclass(frozen=True, slots=True)
class Files:
    """A certificate chain and its key, in files."""

    cert: str
    key: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate to be made for ``names``; its authority is written to ``authority``, or to a file of our own."""

    names: tuple[str, ...]
    authority: str | None


@dataclass(frozen=True, slots=True)
class Options:
    """One run of the server. Names ending in ``_s`` are seconds, ``max_body`` is bytes."""

    folder: str | None
    listen: tuple[Listen, ...]
    admin: Listen | None
    tls: Files | Made | None
    ready_file: str | None
    access_log: bool
    cors: bool
    max_body: int
    drain_timeout_s: float
    ready_after_s: float
    routes: bool
    hidden: bool
    index: bool


def from_command_line(given: Mapping[str, Any], *, quiet: bool) -> Options:
    """Raises UsageError for options that contradict each other or would have no effect."""
    folder = given["folder"]
    for name, option in (("routes", "--routes"), ("hidden", "--hidden"), ("no_index", "--no-index")):
        if given[name] and folder is None:
            raise UsageError(f"{option} is of no use without DIR")
    if given["ready_after"] and folder is not None and not given["routes"]:
        raise UsageError("--ready-after concerns /ready, which a served folder has only with --routes")
    admin = given["admin"]
    if admin is not None and not admin.loopback:
        raise UsageError(
            "--admin shows what is inside; give it an address of this machine only, such as 127.0.0.1:9090"
        )
    return Options(
        folder=folder,
        listen=given["listen"],
        admin=admin,
        tls=_tls(given),
        ready_file=given["ready_file"],
        access_log=not (given["no_access_log"] or quiet),
        cors=given["cors"],
        max_body=given["max_body"],
        drain_timeout_s=given["drain_timeout"],
        ready_after_s=given["ready_after"],
        routes=given["routes"] or folder is None,
        hidden=given["hidden"],
        index=not given["no_index"],
    )


def _tls(given: Mapping[str, Any]) -> Files | Made | None:
    if given["tls_self_signed"]:
        if given["tls_cert"] or given["tls_key"]:
            raise UsageError("--tls-self-signed makes a certificate; leave out --tls-cert and --tls-key")
        return Made(given["tls_name"], given["tls_ca_file"])
    for name, option in (("tls_name", "--tls-name"), ("tls_ca_file", "--tls-ca-file")):
        if given[name]:
            raise UsageError(f"{option} is of no use without --tls-self-signed")
    if given["tls_key"] and not given["tls_cert"]:
        raise UsageError("--tls-key needs --tls-cert")
    return Files(given["tls_cert"], given["tls_key"]) if given["tls_cert"] else None
