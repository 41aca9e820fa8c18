"""A page of HTML as a tree, read strictly: what is opened is closed in its order."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = ("meta", "link", "input", "br")
LEFT_OPEN = ("dt", "dd", "option")  # closed by what follows, as HTML allows


class Node:
    """An element: its name, its attributes, and what is in it."""

    def __init__(self, name, attributes):
        self.name = name
        self.attributes = attributes
        self.inside = []

    @property
    def text(self):
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    def all(self, name):
        """The elements of that name below this one, in their order."""
        for part in self.inside:
            if isinstance(part, Node):
                if part.name == name:
                    yield part
                yield from part.all(name)

    def one(self, name):
        return next(self.all(name))

    def __iter__(self):
        for part in self.inside:
            if isinstance(part, Node):
                yield part
                yield from part


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        if tag in LEFT_OPEN and self.open[-1].name in LEFT_OPEN:
            self.open.pop()
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {attrs}"
        node = Node(tag, dict(attrs))
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].inside.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag):
        if self.open[-1].name in LEFT_OPEN and tag not in LEFT_OPEN:
            self.open.pop()
        assert self.open.pop().name == tag

    def handle_data(self, data):
        self.open[-1].inside.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data):
        raise AssertionError(f"a processing instruction: {data}")


def read(page):
    """The tree of ``page``. AssertionError where it is not well formed."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root
