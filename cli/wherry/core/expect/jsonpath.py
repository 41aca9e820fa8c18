"""JSON paths, RFC 9535, and the JSON they are applied to."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from wherry.core.late import late_pattern
from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathQuery


class NotJson(ValueError):
    """A text that is not JSON; the message says where it stops being so."""


# Names and indices, as most paths are: a start need not wait 25 ms for the library. What is written in any other way,
# a name with an escape or an index of ten digits, is the library's.
_STEP: Final = late_pattern(r"\.([A-Za-z_][A-Za-z0-9_]*)|\['([A-Za-z0-9_ .-]*)'\]|\[(0|[1-9][0-9]{0,8})\]")


class JsonPath(Record):
    """A compiled path. ``singular``: it yields one node at most, always (RFC 9535 section 2.3.5.1).

    ``steps`` are the names and indices to go by; where it is None, ``query`` is the library's.
    """

    source: str
    singular: bool
    steps: tuple[str | int, ...] | None = None
    query: JSONPathQuery | None = None

    def nodes(self, document: Any) -> tuple[Any, ...]:
        """Every node of ``document`` that the path selects. Raises NotJson when it is nested too deeply to search."""
        if self.query is None:
            return _reached(document, self.steps or ())
        from jsonpath_rfc9535 import JSONPathError

        try:
            return tuple(self.query.find(document).values())
        except (JSONPathError, RecursionError):
            raise NotJson("nested too deeply to search") from None


def compile_path(text: str) -> JsonPath:
    """Read ``$.a[0]``, or ``a[0]`` for short. Raises UsageError with the position of what is wrong."""
    source = text if text.startswith("$") else f"${text}" if text.startswith("[") else f"$.{text}"
    steps = _steps(source)
    if steps is not None:
        return JsonPath(source, True, steps)
    from jsonpath_rfc9535 import DEFAULT_ENV, JSONPathError

    try:
        query = DEFAULT_ENV.compile(source)
    except JSONPathError as exc:
        where = "" if exc.token is None else f" at position {exc.token.index + 1}"
        hint = "a name with other characters than letters, digits and _ is written $['the-name']"
        raise UsageError(f"{source!r} is not a JSON path: {exc.args[0]}{where}", hint=hint) from None
    except RecursionError:
        raise UsageError("a JSON path is nested too deeply") from None
    return JsonPath(source, query.singular_query(), query=query)


def _steps(source: str) -> tuple[str | int, ...] | None:
    """The way that ``source`` goes; None where it is more than names and indices."""
    steps: list[str | int] = []
    position = 1
    while position < len(source):
        found = _STEP.match(source, position)
        if found is None:
            return None
        name, quoted, index = found.groups()
        steps.append(int(index) if index else quoted if name is None else name)
        position = found.end()
    return tuple(steps)


def _reached(node: Any, steps: tuple[str | int, ...]) -> tuple[Any, ...]:
    """What is at the end of ``steps``: one node, or none."""
    for step in steps:
        if isinstance(step, str):
            if not isinstance(node, dict) or step not in node:
                return ()
        elif not isinstance(node, list) or step >= len(node):
            return ()
        node = node[step]
    return (node,)


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
