"""The kinds of targets, the schemes that name them, and what a target is once it was read."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.secret import Secret


class Kind(StrEnum):
    """How a target is looked at."""

    HTTP = "http"
    TCP = "tcp"
    TLS = "tls"
    UNIX = "unix"
    DNS = "dns"
    FILE = "file"
    EXEC = "exec"
    REDIS = "redis"
    POSTGRES = "postgres"
    MYSQL = "mysql"
    AMQP = "amqp"
    MONGODB = "mongodb"
    KAFKA = "kafka"
    GRPC = "grpc"


class Scheme(Record):
    """What a URL scheme means. ``port`` None: the target must name one."""

    kind: Kind
    port: int | None
    tls: bool = False


SCHEMES: Final[Mapping[str, Scheme]] = {
    "http": Scheme(Kind.HTTP, 80),
    "https": Scheme(Kind.HTTP, 443, tls=True),
    "tcp": Scheme(Kind.TCP, None),
    "tls": Scheme(Kind.TLS, 443, tls=True),
    "redis": Scheme(Kind.REDIS, 6379),
    "rediss": Scheme(Kind.REDIS, 6379, tls=True),
    "postgres": Scheme(Kind.POSTGRES, 5432),
    "postgresql": Scheme(Kind.POSTGRES, 5432),
    "mysql": Scheme(Kind.MYSQL, 3306),
    "mariadb": Scheme(Kind.MYSQL, 3306),
    "amqp": Scheme(Kind.AMQP, 5672),
    "amqps": Scheme(Kind.AMQP, 5671, tls=True),
    "mongodb": Scheme(Kind.MONGODB, 27017),
    "kafka": Scheme(Kind.KAFKA, 9092),
    "grpc": Scheme(Kind.GRPC, 50051),
    "grpcs": Scheme(Kind.GRPC, 443, tls=True),
}
PATH_SCHEMES: Final = ("unix", "file", "exec")
ALL_SCHEMES: Final = (*SCHEMES, "dns", *PATH_SCHEMES)


class Target(Record):
    """One thing to look at.

    ``name`` is the label, or ``shown``; ``shown`` is the target as written, without credentials.
    ``host`` (IPv6 without brackets) and ``port`` are set for the kinds that have an address; ``socket`` instead of them
    where it is a Unix socket. ``path`` is what the kind asks there: the file, the command as typed, the DNS name, the
    gRPC service, the database. ``url`` is the HTTP request's, without user and password.
    """

    name: str
    shown: str
    kind: Kind
    host: str = ""
    port: int = 0
    socket: str = ""
    path: str = ""
    tls: bool = False
    user: str = ""
    password: Secret | None = None
    argv: tuple[str, ...] = ()
    url: str = ""
    parameters: Mapping[str, str] = MappingProxyType({})

    def __repr__(self) -> str:
        return f"Target({self.shown!r})"  # the fields hold credentials
