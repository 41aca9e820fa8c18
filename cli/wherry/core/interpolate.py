"""``${env:NAME}``, ``${env:NAME:-default}`` and ``${file:PATH}`` in the values of a file; ``$${`` stands for ``${``.

Values are put in after the YAML was read, so nothing that a variable holds can change the file's structure, and what is
put in is not searched again. Keys are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.late import late_pattern
from wherry.core.suggest import did_you_mean
from wherry.core.yaml import Entries, Items, Scalar, scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping

    from wherry.core.yaml import Node

EXPRESSION: Final = late_pattern(r"\$\$\{|\$\{([^{}]*)(\}?)")
_NAME: Final = late_pattern(r"[A-Za-z_][A-Za-z0-9_]*")


def interpolate(node: Node, *, source: str, environ: Mapping[str, str], read_file: Callable[[str], str]) -> Node:
    """``node`` with every expression in its values replaced; a value without quotes is then read as YAML reads it.

    ``read_file`` returns a file's text, without the line end at its end, and raises OSError, UnicodeDecodeError or
    UsageError. Raises UsageError with ``source`` and the line for a variable that is not set (an empty one is, unless a
    default is given: as in a shell, ``:-`` covers both), a file that cannot be read, and an unknown or open expression.
    """
    if isinstance(node, Items):
        items = (interpolate(item, source=source, environ=environ, read_file=read_file) for item in node.items)
        return Items(tuple(items), node.line, node.column, node.count)
    if isinstance(node, Entries):
        values = {
            key: interpolate(value, source=source, environ=environ, read_file=read_file)
            for key, value in node.values.items()
        }
        return node.with_values(values)
    if "${" not in node.text:
        return node
    try:
        text = EXPRESSION.sub(lambda match: _value(match, environ, read_file), node.text)
    except UsageError as exc:
        raise UsageError(f"{source}: line {node.line}: {exc}", hint=exc.hint) from None
    return Scalar(scalar(text) if node.plain else text, text, node.line, node.column, node.plain, True)


def _value(match: re.Match[str], environ: Mapping[str, str], read_file: Callable[[str], str]) -> str:
    if match.group() == "$${":
        return "${"
    expression, end = match.groups()
    if not end:
        raise UsageError(f"${{{expression} has no closing brace; write $${{ for a dollar and a brace")
    value = from_outside(expression, environ, read_file)
    if value is None:
        near = did_you_mean(expression.partition(":")[0], ("env", "file"))
        raise UsageError(
            f"${{{expression}}} is not known{near}", hint="write ${env:NAME}, ${env:NAME:-default}, ${file:PATH} or $${"
        )
    return value


def from_outside(expression: str, environ: Mapping[str, str], read_file: Callable[[str], str]) -> str | None:
    """The value of ``env:NAME``, ``env:NAME:-default`` or ``file:PATH``; None for what has none of these forms.

    Raises UsageError where the variable or the file is not there (see :func:`interpolate`).
    """
    scheme, colon, rest = expression.partition(":")
    if scheme == "env" and colon:
        return _variable(rest, environ)
    if scheme == "file" and rest:
        return _file(rest, read_file)
    return None


def _variable(text: str, environ: Mapping[str, str]) -> str:
    name, with_default, default = text.partition(":-")
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is not the name of an environment variable")
    value = environ.get(name)
    if with_default:
        return value or default
    if value is None:
        raise UsageError(
            f"the environment variable {name} is not set{did_you_mean(name, environ)}",
            hint=f"set it, or give a default: ${{env:{name}:-VALUE}}",
        )
    return value


def _file(path: str, read_file: Callable[[str], str]) -> str:
    try:
        return read_file(path)
    except UnicodeDecodeError:
        raise UsageError(f"the file {path} is not UTF-8 text") from None
    except OSError as exc:
        raise UsageError(f"reading the file {path}: {exc.strerror or exc}") from None
