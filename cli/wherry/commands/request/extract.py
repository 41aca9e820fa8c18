"""JSONPath (RFC 9535) in documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from wherry.commands.request import jsontext
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


class Path(Protocol):
    """A compiled JSONPath."""

    def find(self, value: Any) -> Any:
        """The nodes it selects in ``value``."""


def compile_path(text: str) -> Path:
    """Read a JSONPath; the leading ``$.`` may be left out. Raises UsageError that shows where it is wrong."""
    import jsonpath_rfc9535

    whole = text if text.startswith("$") else f"${text}" if text.startswith(("[", ".")) else f"$.{text}"
    try:
        return jsonpath_rfc9535.compile(whole)
    except (jsonpath_rfc9535.JSONPathError, RecursionError) as exc:
        words = str(exc).partition(", line")[0] or "nested too deeply"
        raise UsageError(f"JSONPath {text!r}: {words}") from None


def find(path: Path, document: Any) -> list[Any]:
    """The values that ``path`` selects, in order."""
    return list(path.find(document).values())


def lines(values: Sequence[Any]) -> list[str]:
    """One line a value: scalars raw, arrays and objects as JSON."""
    return [value if isinstance(value, str) else jsontext.encode(value) for value in values]
