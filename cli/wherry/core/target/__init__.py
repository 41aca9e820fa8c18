"""What can be waited for or checked, as written on a command line or in a file.

    [NAME=]TARGET

    http://host[:80]/path      https://...        http+unix://%2Frun%2Fapp.sock/path
    tcp://host:port            host:port          tls://host[:443]          unix:PATH
    dns://name?type=A[&server=ADDRESS[:53]]       file:PATH                 exec:COMMAND
    redis[s]://  postgres[ql]://  mysql://  mariadb://  amqp[s]://  mongodb://  kafka://  grpc[s]://host/service

The parser is closed: what it does not know is a UsageError that says what would be right. Two things are let through,
so that a connection URL from an application's settings can be pasted: the driver in ``postgresql+asyncpg://``, and
query parameters of databases that do not concern the first handshake.
"""

from __future__ import annotations

from wherry.core.target.kind import SCHEMES, Kind, Scheme, Target
from wherry.core.target.parse import is_label, parse_target

__all__ = ["SCHEMES", "Kind", "Scheme", "Target", "is_label", "parse_target"]
