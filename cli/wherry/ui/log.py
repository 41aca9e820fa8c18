"""Logs of long-running commands: key=value, or one JSON object a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from wherry.ui.console import Console

LEVELS = ("debug", "info", "warn", "error")
_BARE = re.compile(r"[\w./:@%+,\[\]-]+")


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)


class Log:
    """Writes events of at least ``level`` to stderr through the console, which masks secrets.

    ``form`` is text or json. A line is ``time=... level=info msg=listening url=http://...``.
    """

    def __init__(self, console: Console, now: Callable[[], datetime] = _now) -> None:
        self._console = console
        self._now = now
        self.form = "text"
        self.level = "info"

    def enabled(self, level: str) -> bool:
        """Whether a line of ``level`` would be written; ask before making an expensive one."""
        return LEVELS.index(level) >= LEVELS.index(self.level)

    def debug(self, message: str, **fields: Any) -> None:
        self._write("debug", message, fields)

    def info(self, message: str, **fields: Any) -> None:
        self._write("info", message, fields)

    def warn(self, message: str, **fields: Any) -> None:
        self._write("warn", message, fields)

    def error(self, message: str, **fields: Any) -> None:
        self._write("error", message, fields)

    def _write(self, level: str, message: str, fields: dict[str, Any]) -> None:
        if not self.enabled(level):
            return
        stamp = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._console.alert(line(self.form, {"time": stamp, "level": level, "msg": message, **fields}))


def line(form: str, fields: dict[str, Any]) -> str:
    """One log line in ``form``, text (key=value, quoted where it must be) or json."""
    import json

    if form == "json":
        return json.dumps(fields, ensure_ascii=False, default=str)
    return " ".join(f"{key}={_value(value, json.dumps)}" for key, value in fields.items())


def _value(value: Any, quote: Callable[[str], str]) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if _BARE.fullmatch(text) else quote(text)
