"""JSON paths, RFC 9535, and the JSON they are applied to."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathQuery


class NotJson(ValueError):
    """A text that is not JSON; the message says where it stops being so."""


class JsonPath(Record):
    """A compiled path. ``singular``: it yields one node at most, always (RFC 9535 section 2.3.5.1)."""

    source: str
    singular: bool
    query: JSONPathQuery

    def nodes(self, document: Any) -> tuple[Any, ...]:
        """Every node of ``document`` that the path selects. Raises NotJson when it is nested too deeply to search."""
        from jsonpath_rfc9535 import JSONPathError

        try:
            return tuple(self.query.find(document).values())
        except (JSONPathError, RecursionError):
            raise NotJson("nested too deeply to search") from None


def compile_path(text: str) -> JsonPath:
    """Read ``$.a[0]``, or ``a[0]`` for short. Raises UsageError with the position of what is wrong."""
    from jsonpath_rfc9535 import DEFAULT_ENV, JSONPathError

    source = text if text.startswith("$") else f"${text}" if text.startswith("[") else f"$.{text}"
    try:
        query = DEFAULT_ENV.compile(source)
    except JSONPathError as exc:
        where = "" if exc.token is None else f" at position {exc.token.index + 1}"
        hint = "a name with other characters than letters, digits and _ is written $['the-name']"
        raise UsageError(f"{source!r} is not a JSON path: {exc.args[0]}{where}", hint=hint) from None
    except RecursionError:
        raise UsageError("a JSON path is nested too deeply") from None
    return JsonPath(source, query.singular_query(), query)


@lru_cache(maxsize=1)
def decode(body: bytes) -> Any:
    """The JSON document in ``body``; the last one is remembered, as several conditions look at the same body.

    Raises NotJson.
    """
    import msgspec

    try:
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        words = str(exc).removeprefix("JSON is malformed: ") if body.strip() else "it is empty"
        raise NotJson(f"not JSON: {words}") from None
    except RecursionError:
        raise NotJson("nested too deeply to read") from None
