"""What `verify` does: finds the key and the files, and has them judged."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.release.sign.minisign import PublicKey
from wherry.commands.release.verify.judging import judge
from wherry.core.record import Record
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.release.verify.check import Report
    from wherry.core.network import NetworkSettings
    from wherry.core.scope import Scope

_RETRIES: Final = 4


class Options(Record):
    """``target`` is a path or a URL, ``key`` a file or the key itself; ``required`` are some of check.KINDS."""

    target: str
    key: str | None
    required: tuple[str, ...]
    network: NetworkSettings
    timeout_s: float


def is_url(target: str) -> bool:
    """Whether it has to be fetched."""
    return target.startswith(("http://", "https://"))


def verify(options: Options) -> Report:
    """Of a path. Raises UsageError, WherryError."""
    return judge(Path(options.target), _key(options.key), options.required)


async def verify_url(options: Options, scope: Scope, say: Callable[[str], None]) -> Report:
    """Of a URL; ``say`` is told what was fetched, and what is fetched again. Raises UsageError, WherryError."""
    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.verify.fetching import Fetching
    from wherry.core.retry import RetryPolicy
    from wherry.net.http import Client
    from wherry.net.network import Network

    key = _key(options.key)
    with tempfile.TemporaryDirectory(prefix="wherry-verify-") as folder:
        async with Client(Network(options.network, os.environ)) as client:
            policy = RetryPolicy(_RETRIES)
            caller = Caller(client, scope, headers=(), policy=policy, timeout_s=options.timeout_s, say=say)
            found = await Fetching(caller, Path(folder), say).fetch(options.target)
        # Large files take seconds, in which signals are to be heard.
        return await asyncio.to_thread(judge, found, key, options.required)


def _key(text: str | None) -> PublicKey | None:
    """The key itself, or the one in a file. Raises UsageError."""
    if text is None:
        return None
    with doing("--public-key"):
        try:
            return PublicKey.decode(Path(text).read_text("utf-8"))
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8"
            raise UsageError(f"{text}: {reason or exc}") from None
        try:
            return PublicKey.decode(text)
        except UsageError:
            raise UsageError(f"{text} is neither a file nor a public key of minisign's") from None
