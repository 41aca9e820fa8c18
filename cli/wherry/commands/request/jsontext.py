"""JSON as it comes and as it goes out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def decode(data: bytes | str) -> Any:
    """The value in ``data`` (UTF-8, a byte order mark is passed over).

    Raises ValueError that says what is wrong and where, for everything that RFC 8259 does not allow and for numbers
    that no double holds.
    """
    import json

    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError as exc:
        raise ValueError(f"not UTF-8 text (byte {exc.start})") from None
    except json.JSONDecodeError as exc:
        if not exc.doc.strip():
            raise ValueError("empty") from None
        raise ValueError(f"{exc.msg[0].lower()}{exc.msg[1:]} at line {exc.lineno}, column {exc.colno}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def encode(value: Any) -> str:
    """``value`` on one line. Characters that UTF-8 cannot hold are escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace").decode()


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def lines(values: Iterable[Any]) -> list[str]:
    """One line a value, as for a shell: scalars raw, arrays and objects as JSON."""
    return [value if isinstance(value, str) else encode(value) for value in values]
