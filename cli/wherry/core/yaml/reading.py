"""From a text to a document, or to one line that says what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wherry.core.late import late_pattern
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.core.yaml.node import Node

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 64
# Aliases count as if they were written out, so that a few lines cannot stand for gigabytes.
MAX_NODES: Final = 200_000


class YamlError(UsageError):
    """A text that is not YAML as wherry reads it. ``problem`` says what is wrong, without the place."""

    def __init__(self, source: str, line: int, problem: str, column: int = 1) -> None:
        super().__init__(f"{source}: line {line}: {problem}" if source else f"line {line}: {problem}")
        self.line = line
        self.column = column
        self.problem = problem


def load(text: str | bytes, *, source: str, packed: str | None = None) -> Node:
    """Read one document. ``source`` names it in messages: the file's path as the user gave it. Raises YamlError.

    ``packed`` is the key of a long list in the map that the document is: its items are not kept as nodes, but made when
    they are asked for.
    """
    from yaml.error import MarkedYAMLError, YAMLError

    from wherry.core.yaml.building import Builder

    checked = _checked(text, source)
    try:
        return Builder(source, checked, packed).build()
    except MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(source, line, _problem(exc, checked), column) from None
    except YAMLError as exc:
        raise YamlError(source, 1, " ".join(str(exc).split())) from None


_LINES: Final = {ord(control): None for control in "\t\n\r"}
_CONTROL: Final = late_pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def _checked(text: str | bytes, source: str) -> str:
    if len(text) > MAX_BYTES:
        raise YamlError(source, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if isinstance(text, bytes):
        text = _decoded(text, source)
    text = text.removeprefix("\ufeff")
    if not text.translate(_LINES).isprintable() and (match := _CONTROL.search(text)):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        raise YamlError(source, line, f"the control character U+{ord(match.group()):04X}", column)
    return text


def _decoded(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise YamlError(source, line, f"the byte 0x{data[exc.start]:02x} is not UTF-8") from None


def _problem(exc: Any, text: str) -> str:
    """libyaml's words, or better ones for what goes wrong most."""
    problem = " ".join(str(exc.problem or exc.context or "it is not YAML").split())
    mark = exc.problem_mark
    line = text.split("\n")[mark.line] if mark and mark.line <= text.count("\n") else ""
    if mark and "\t" in line[: mark.column + 1]:
        return "a tab; YAML is indented with spaces"
    if problem.startswith("mapping values are not allowed"):
        return "a colon where no key can stand; quote a text that contains a colon and a space"
    context = exc.context_mark
    if mark and "${" in line[: mark.column + 1] and problem.startswith("did not find expected ','"):
        return "within {} and [] a text that contains ${...} stands in quotes"
    if context and problem == "found unexpected end of stream" and "quoted scalar" in (exc.context or ""):
        return f"the quotes that begin on line {context.line + 1} have no end"
    if problem == "did not find expected node content":
        return "a value is missing here"
    if context and problem.startswith("did not find expected ','"):
        return f"a comma is missing here, or the end of the list or map that begins on line {context.line + 1}"
    if "that cannot start any token" in problem:
        return f"a value cannot start with {line[mark.column : mark.column + 1]!r}; put it in quotes"
    return problem
