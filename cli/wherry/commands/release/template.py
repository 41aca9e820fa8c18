"""Templates as GoReleaser has them, which are Go's: ``{{ .ProjectName }}_{{ .Os }}``. Pure.

What there is::

    {{ .Version }}  {{ .Env.NAME }}  {{ "text" }}  {{ 1 }}  {{ true }}  {{ (lower .Os) }}
    {{ title .Os }}  {{ .Os | title }}                         functions, see functions.py
    {{ if eq .Os "darwin" }}macOS{{ else if .X }}..{{ else }}{{ .Os }}{{ end }}
    {{- .Version -}}                                           takes away the white space before and after
    {{/* a comment */}}

As in Go, false, 0 and empty text are false for ``if``. Unlike in Go, a value that is piped into a function becomes the
text that the function is about: ``.Tag | trimprefix "v"`` is ``trimprefix .Tag "v"``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, TypeAlias

from wherry.commands.release.functions import FUNCTIONS, Misuse, Value
from wherry.core.record import Record
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_LENGTH: Final = 10_000
"""Characters of a template, and of what it renders to: names and notes are far shorter."""
MAX_DEPTH: Final = 30

Fields: TypeAlias = "Mapping[str, Value | Mapping[str, str]]"
"""What a template can name; ``Env`` is a map of variables."""


class TemplateError(UsageError):
    """A template that cannot be read or rendered: ``problem``, and the ``offset`` in its text, from 0."""

    def __init__(self, text: str, offset: int, problem: str) -> None:
        shown = text if len(text) <= 80 else text[:79] + "…"
        super().__init__(f"{problem} (character {offset + 1} of {shown!r})")
        self.offset = offset
        self.problem = problem


class _Text(Record):
    text: str


class _Constant(Record):
    value: Value


class _Field(Record):
    path: tuple[str, ...]
    offset: int


class _Call(Record):
    name: str
    arguments: tuple[_Expression, ...]
    offset: int
    piped: bool  # the last argument came through a |


class _If(Record):
    branches: tuple[tuple[_Expression, tuple[_Node, ...]], ...]
    otherwise: tuple[_Node, ...]


_Expression: TypeAlias = _Constant | _Field | _Call
_Node: TypeAlias = _Text | _If | _Expression


class Template(Record):
    """A template that was read."""

    text: str
    nodes: tuple[_Node, ...]

    def fields(self) -> frozenset[str]:
        """The fields that it names, in any branch, without the dot in front: ``Os``, ``Env.HOME``."""
        return frozenset(".".join(field.path) for field in _fields(self.nodes))

    def check(self, known: Fields) -> None:
        """Raises TemplateError for a field that is not in ``known``, in any branch; any variable may be set."""
        for field in _fields(self.nodes):
            if field.path[0] != "Env" or len(field.path) != 2:
                _lookup(self.text, field, known)

    def render(self, fields: Fields) -> str:
        """The text that it makes of ``fields``. Raises TemplateError."""
        pieces: list[str] = []
        length = 0
        for piece in _rendered(self.text, self.nodes, fields):
            pieces.append(piece)
            length += len(piece)
            if length > MAX_LENGTH:
                raise TemplateError(self.text, 0, f"it renders to more than {MAX_LENGTH} characters")
        return "".join(pieces)


def parse(text: str) -> Template:
    """Read a template. Raises TemplateError."""
    if len(text) > MAX_LENGTH:
        raise TemplateError(text, 0, f"a template has at most {MAX_LENGTH} characters")
    reader = _Reader(text)
    nodes, end = reader.nodes(0)
    if end is not None:
        reader.fail(end.offset, f"{{{{ {end.word} }}}} without an if before it")
    return Template(text, nodes)


def render(text: str, fields: Fields) -> str:
    """``text`` read and rendered. Raises TemplateError."""
    return parse(text).render(fields)


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int


class _End(NamedTuple):
    """What ended a list of nodes: ``end``, ``else``, or ``else if`` with its condition."""

    word: str
    offset: int
    condition: _Expression | None = None


_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
      | (?P<field>\.[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
      | (?P<number>-?[0-9]{1,18})
      | (?P<word>[A-Za-z_]\w*)
      | (?P<mark>[|()])""",
    re.VERBOSE | re.ASCII,
)
_OPEN: Final = re.compile(r"\{\{(-(?=\s))?")
_CLOSE: Final = re.compile(r"((?<=\s)-)?\}\}")
_COMMENT: Final = re.compile(r"\s*/\*.*?\*/\s*", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}
_NOT_HERE: Final = {"range", "with", "define", "template", "block", "break", "continue", "nil"}


class _Reader:
    """Reads from left to right, one action at a time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tokens: list[_Token] = []
        self._trim = False

    def fail(self, offset: int, problem: str) -> NoReturn:
        raise TemplateError(self._text, offset, problem) from None

    def nodes(self, depth: int) -> tuple[tuple[_Node, ...], _End | None]:
        """Everything up to the end of the text or to an ``else`` or ``end``, which is returned."""
        nodes: list[_Node] = []
        while self._at < len(self._text):
            literal, start = self._literal()
            if literal:
                nodes.append(_Text(literal))
            if start is None:
                break
            if not self._action(start):
                continue
            word = self._tokens[0].text if self._tokens and self._tokens[0].kind == "word" else ""
            if word in ("else", "end"):
                return tuple(nodes), self._ending(word)
            nodes.append(self._if(start, depth) if word == "if" else self._whole_pipeline(start))
        return tuple(nodes), None

    def _literal(self) -> tuple[str, int | None]:
        """The text before the next action, and where that begins; its braces are passed."""
        match = _OPEN.search(self._text, self._at)
        literal = self._text[self._at : match.start() if match else len(self._text)]
        if self._trim:
            literal = literal.lstrip()
        if match and match[1]:
            literal = literal.rstrip()
        self._at = match.end() if match else len(self._text)
        return literal, match.start() if match else None

    def _action(self, start: int) -> bool:
        """Split the action that begins at ``start`` into tokens; False for a comment."""
        comment = _COMMENT.match(self._text, self._at)
        self._at = comment.end() if comment else self._at
        self._tokens = []
        while not (close := _CLOSE.match(self._text, self._at)):
            token = None if comment else _TOKEN.match(self._text, self._at)
            if token is None:
                self._fail_at_token(start)
            if token.lastgroup != "space":
                self._tokens.append(_Token(str(token.lastgroup), token.group(), self._at))
            self._at = token.end()
        self._trim = bool(close[1])
        self._at = close.end()
        return not comment

    def _fail_at_token(self, start: int) -> NoReturn:
        if "}}" not in self._text[start:]:
            self.fail(start, "{{ has no }}")
        found = self._text[self._at]
        if found in "\"'`":
            self.fail(self._at, 'a text stands between two " or two `')
        if self._text.startswith("/*", self._at):
            self.fail(self._at, "a comment ends with */ and stands alone in its braces")
        if found == "$":
            self.fail(self._at, "there are no variables")
        if found == ".":
            self.fail(self._at, "a field is a dot and a name, such as .Version")
        self.fail(self._at, f"{found!r} cannot stand here")

    def _ending(self, word: str) -> _End:
        first = self._tokens.pop(0)
        if word == "else" and self._tokens and self._tokens[0].text == "if":
            self._tokens.pop(0)
            return _End("else if", first.offset, self._whole_pipeline(first.offset))
        if self._tokens:
            self.fail(self._tokens[0].offset, f"{self._tokens[0].text} cannot stand after {word}")
        return _End(word, first.offset)

    def _if(self, start: int, depth: int) -> _If:
        if depth >= MAX_DEPTH:
            self.fail(start, f"nested more than {MAX_DEPTH} deep")
        self._tokens.pop(0)
        condition: _Expression | None = self._whole_pipeline(start)
        branches: list[tuple[_Expression, tuple[_Node, ...]]] = []
        while True:
            nodes, end = self.nodes(depth + 1)
            if end is None:
                self.fail(start, "{{ if }} without {{ end }}")
            if condition is None:
                if end.word != "end":
                    self.fail(end.offset, f"{{{{ {end.word} }}}} after {{{{ else }}}}")
                return _If(tuple(branches), nodes)
            branches.append((condition, nodes))
            if end.word == "end":
                return _If(tuple(branches), ())
            condition = end.condition

    def _whole_pipeline(self, start: int) -> _Expression:
        found = self._pipeline(start, 0)
        if self._tokens:
            self.fail(self._tokens[0].offset, "a ) without its (")
        return found

    def _pipeline(self, start: int, depth: int) -> _Expression:
        """Commands with | between them, up to a ) or the end."""
        if depth > MAX_DEPTH:
            self.fail(start, f"nested more than {MAX_DEPTH} deep")
        found = self._command(start, depth, None)
        while self._tokens and self._tokens[0].text == "|" and self._tokens[0].kind == "mark":
            depth += 1
            if depth > MAX_DEPTH:
                self.fail(start, f"more than {MAX_DEPTH} calls in one")
            found = self._command(self._tokens.pop(0).offset, depth, found)
        return found

    def _command(self, start: int, depth: int, piped: _Expression | None) -> _Expression:
        """An operand alone, or a function and its operands; ``piped`` is what a | brings to it."""
        if not self._tokens or (self._tokens[0].kind == "mark" and self._tokens[0].text != "("):
            self.fail(start, "a value or a function is missing")
        first = self._tokens[0]
        if first.kind == "word" and first.text not in ("true", "false"):
            self._tokens.pop(0)
            if first.text not in FUNCTIONS:
                self._fail_at_word(first)
            arguments = tuple(self._operands(depth)) + (() if piped is None else (piped,))
            problem = FUNCTIONS[first.text].miscounted(first.text, len(arguments))
            if problem:
                self.fail(first.offset, problem)
            return _Call(first.text, arguments, first.offset, piped is not None)
        if piped is not None:
            self.fail(first.offset, f"{first.text} is no function, so nothing can be piped into it")
        operand, *more = self._operands(depth)
        if more:
            self.fail(first.offset, f"{first.text} is no function, so nothing can follow it")
        return operand

    def _fail_at_word(self, token: _Token) -> NoReturn:
        if token.text in _NOT_HERE:
            self.fail(token.offset, f"{token.text} is Go's, and not known here")
        self.fail(token.offset, f"unknown function {token.text!r}{did_you_mean(token.text, FUNCTIONS)}")

    def _operands(self, depth: int) -> Iterator[_Expression]:
        while self._tokens and not (self._tokens[0].kind == "mark" and self._tokens[0].text != "("):
            token = self._tokens.pop(0)
            if token.kind == "field":
                yield _Field(tuple(token.text[1:].split(".")), token.offset)
            elif token.kind == "number":
                yield _Constant(int(token.text))
            elif token.kind == "text":
                yield _Constant(self._unquoted(token))
            elif token.text in ("true", "false"):
                yield _Constant(token.text == "true")
            elif token.text == "(":
                inner = self._pipeline(token.offset, depth + 1)
                if not self._tokens or self._tokens[0].text != ")":
                    self.fail(token.offset, "a ( without its )")
                self._tokens.pop(0)
                yield inner
            elif token.text in FUNCTIONS:
                self.fail(token.offset, f"put a call within a call in parentheses: ({token.text} ...)")
            else:
                self._fail_at_word(token)

    def _unquoted(self, token: _Token) -> str:
        inner = token.text[1:-1]
        if token.text[0] == "`":
            return inner

        def character(match: re.Match[str]) -> str:
            if match[1] not in _ESCAPES:
                self.fail(token.offset + 1 + match.start(), f"{match[0]} means nothing; write \\\\ for a backslash")
            return _ESCAPES[match[1]]

        return re.sub(r"\\(.)", character, inner)


def _fields(nodes: tuple[_Node, ...]) -> Iterator[_Field]:
    for node in nodes:
        match node:
            case _Field():
                yield node
            case _Call():
                yield from _fields(node.arguments)
            case _If():
                for condition, inner in node.branches:
                    yield from _fields((condition, *inner))
                yield from _fields(node.otherwise)


def _rendered(text: str, nodes: tuple[_Node, ...], fields: Fields) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, _Text):
            yield node.text
        elif isinstance(node, _If):
            chosen = (inner for condition, inner in node.branches if _value(text, condition, fields))
            yield from _rendered(text, next(chosen, node.otherwise), fields)
        else:
            value = _value(text, node, fields)
            yield str(value).lower() if isinstance(value, bool) else str(value)


def _value(text: str, expression: _Expression, fields: Fields) -> Value:
    if isinstance(expression, _Constant):
        return expression.value
    if isinstance(expression, _Field):
        return _lookup(text, expression, fields)
    arguments = [_value(text, argument, fields) for argument in expression.arguments]
    env = fields.get("Env", {})
    assert not isinstance(env, str | int)
    try:
        value = FUNCTIONS[expression.name](arguments, env, piped=expression.piped)
    except Misuse as exc:
        raise TemplateError(text, expression.offset, f"{expression.name}: {exc}") from None
    if isinstance(value, str) and len(value) > MAX_LENGTH:
        raise TemplateError(text, expression.offset, f"{expression.name} makes more than {MAX_LENGTH} characters")
    return value


def _lookup(text: str, field: _Field, fields: Fields) -> Value:
    shown = "." + ".".join(field.path)
    value = fields.get(field.path[0])
    if value is None:
        near = did_you_mean(shown, {f".{name}" for name in fields})
        raise TemplateError(text, field.offset, f"unknown field {shown}{near}")
    if isinstance(value, str | int):
        if len(field.path) > 1:
            raise TemplateError(text, field.offset, f".{field.path[0]} has no fields of its own: {shown}")
        return value
    if len(field.path) != 2:
        raise TemplateError(text, field.offset, f"a variable is written .{field.path[0]}.NAME, not {shown}")
    if field.path[1] not in value:
        near = did_you_mean(field.path[1], value)
        raise TemplateError(text, field.offset, f"the environment variable {field.path[1]} is not set{near}")
    return value[field.path[1]]
