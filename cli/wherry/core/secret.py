"""Values that must not be seen."""

from __future__ import annotations

from bisect import insort

MASK = "***"
_SHORTEST = 4
_ELLIPSIS = "…"
# Characters that JSON or a shell's quotes write otherwise.
_ESCAPED = frozenset("\"\\'")


class Secret:
    """A value that prints as ``***``; only :meth:`reveal` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself: for the wire, never for a screen."""
        return self._value

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


class Redactor:
    """Masks every secret it was told of, wherever it stands in a text."""

    def __init__(self) -> None:
        self._forms: list[str] = []  # the longest first
        self._known: set[str] = set()

    def add(self, *values: str) -> None:
        """Mask ``values`` from now on: as they are, and as they look in a URL, in JSON and in a shell's quotes.

        Values under 4 characters are left: they would mask too much.
        """
        for value in values:
            if len(value) >= _SHORTEST and value not in self._known:
                for form in _forms(value) - self._known:
                    self._known.add(form)
                    insort(self._forms, form, key=lambda known: -len(known))

    def mask(self, text: str) -> str:
        """``text`` with each known secret replaced; one that an ellipsis cuts off too."""
        # One after the other, as a pattern of all would have to be made anew with each secret that comes.
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        if _ELLIPSIS in text and self._forms:
            text = self._mask_cut(text)
        return text

    def _mask_cut(self, text: str) -> str:
        first, *parts = text.split(_ELLIPSIS)
        masked = first
        for part in parts:
            cut = max((_overlap(masked, form) for form in self._forms), default=0)
            masked = (masked[:-cut] + MASK if cut else masked) + _ELLIPSIS + part
        return masked


def _overlap(text: str, secret: str) -> int:
    """How many characters at the end of ``text`` begin ``secret``, where that is enough to give something away."""
    start = text.find(secret[:_SHORTEST], max(0, len(text) - len(secret)))
    while start >= 0:
        if secret.startswith(text[start:]):
            return len(text) - start
        start = text.find(secret[:_SHORTEST], start + 1)
    return 0


def _forms(value: str) -> set[str]:
    """The ways in which ``value`` is written."""
    from urllib.parse import quote, quote_plus  # every command has a redactor, few have a secret

    encoded = value.encode("utf-8", "surrogatepass")
    forms = {value, quote(encoded, safe=""), quote(encoded), quote_plus(encoded)}
    if not value.isascii() or not value.isprintable() or not _ESCAPED.isdisjoint(value):
        from json import dumps

        forms.add(value.replace("'", "'\"'\"'"))
        once = {dumps(value, ensure_ascii=False)[1:-1], dumps(value)[1:-1]}
        # A text that is JSON itself, as a body is, is shown in quotes.
        twice = {dumps(text, ensure_ascii=False)[1:-1] for text in once}
        forms |= once | twice | {"".join(map(_visible, text)) for text in once | twice}
    return forms


def _visible(character: str) -> str:
    code = ord(character)
    return character if character.isprintable() else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
