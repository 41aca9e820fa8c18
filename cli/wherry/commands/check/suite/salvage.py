"""What can be read of a check that something is wrong with, so that the rest is judged in the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.check.suite.file import Check
from wherry.commands.check.suite.written import HOOKS
from wherry.core.fit import Fitter
from wherry.core.yaml import Entries, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.core.yaml import Node

NO_URL: Final = Scalar("http://127.0.0.1/", "http://127.0.0.1/", 0, 0)
_NO_NAME: Final = Scalar("?", "?", 0, 0)


def salvaged(node: Entries, is_wrong: Callable[[Node], bool]) -> tuple[Check, Entries]:
    """``node`` with those of its keys that fit, and that hold nothing for which ``is_wrong`` knows a fault.

    In place of a url or a name that does not there is NO_URL or a name that no check has.
    """
    stand_ins: dict[str, Node] = {"name": _NO_NAME, "url": NO_URL}
    good = {
        key: value
        for key, value in node.values.items()
        if not _any(value, is_wrong) and isinstance(_fit({**stand_ins, key: value}, node), Check)
    }
    kept = {**stand_ins, **good}
    check = _fit(kept, node)
    assert isinstance(check, Check)
    return check, Entries(kept, node.keys, node.line, node.column)


def _fit(values: dict[str, Node], node: Entries) -> object:
    fitter = Fitter(HOOKS)
    fitted = fitter.fit(Entries(values, node.keys, node.line, node.column), Check, "")
    return None if fitter.faults else fitted


def _any(node: Node, is_wrong: Callable[[Node], bool]) -> bool:
    if is_wrong(node):
        return True
    if isinstance(node, Scalar):
        return False
    return any(_any(inner, is_wrong) for inner in (node.values.values() if isinstance(node, Entries) else node.items))
