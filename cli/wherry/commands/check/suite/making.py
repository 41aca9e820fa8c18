"""From an order to what is sent and expected: taken at once where nothing is to be captured, else when it has been."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from wherry.commands.check.suite.addressing import target_of
from wherry.commands.check.suite.order import as_written, settled
from wherry.commands.check.suite.planned import Ready
from wherry.commands.check.suite.requestline import RequestLine, shown_data, veiled
from wherry.commands.check.suite.sending import GET, sending_of
from wherry.core.expect import SUBJECTS_OF, check_applies, from_map
from wherry.core.target import Kind
from wherry.core.template import Filled, secrets_in
from wherry.core.yaml import Items, Node, Scalar, plain, scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.commands.check.suite.order import Order, Settling, Stock
    from wherry.core.expect import Condition
    from wherry.core.template import Names, Note


def ready_of(order: Order, stock: Stock, settling: Settling) -> Ready | None:
    """Everything decided; None where ``settling`` was told of something wrong."""
    target = settling.best(lambda way, note: target_of(order, stock, way, note))
    if target is None:
        return None
    is_http = target.kind is Kind.HTTP
    sending = GET
    if is_http:
        made = settling.best(lambda way, note: sending_of(order, target, stock, way, note))
        if made is None:
            return None
        sending = made
    else:
        for key, node in order.written.items():
            settling.note(node, f"a {target.kind} target has no {key}: that is for http and https")
    secrets = [*sending.secrets, *secrets_in(order.url)]
    if target.password is not None:
        secrets.append(target.password.reveal())
    for node in order.query.values():
        secrets += secrets_in(node)
    conditions: list[Condition] = []
    expected: list[tuple[str, object]] = []
    for subject, (place, value) in order.expect.items():
        family = subject.partition(".")[0]
        if subject not in order.own and family not in SUBJECTS_OF[target.kind]:
            continue  # a default that is none of this kind's
        made_condition = settling.best(partial(_condition, target.kind, place, value, stock))
        if made_condition is not None:
            condition, said = made_condition
            conditions.append(condition)
            expected.append((subject, said))
    if not is_http:
        return Ready(target, None, tuple(conditions), None, tuple(secrets))
    named = (("--profile", order.named),) if order.named is not None else ()
    line = RequestLine(sending.call.method, target.shown, (*named, *sending.options), tuple(expected))
    return Ready(target, sending.call, tuple(conditions), sending.credential, tuple(secrets), line)


def judge_conditions(order: Order, stock: Stock, settling: Settling) -> None:
    """Note what is wrong with the conditions, of whatever kind the target will be."""
    for key, value in order.expect.values():
        settling.best(partial(_condition, None, key, value, stock))


def _condition(
    kind: Kind | None, key: Scalar, value: Node, stock: Stock, way: Names | None, note: Note
) -> tuple[Condition, object] | None:
    node = settled(value, way, note)
    subject = key.text
    data = plain(node)
    try:
        try:
            condition = _known(subject, data, stock)
        except UsageError:
            # In {ge: "${n}"} the quotes are YAML's wish, which cannot do without them there.
            node = _unquoted(node)
            if plain(node) == data:
                raise
            condition = _known(subject, plain(node), stock)
        if kind is not None:
            check_applies(condition, kind)
    except UsageError as exc:
        note(key, as_written(exc.advice, value, node, way))
        return None
    if condition.subject.secret:
        return condition, veiled(node)
    return condition, node.value if type(node) is Scalar else shown_data(node)


def _known(subject: str, data: object, stock: Stock) -> Condition:
    text = (subject, repr(data))
    known = stock.conditions.get(text)
    if known is None:
        known = stock.conditions[text] = from_map(subject, data)
    return known


def _unquoted(node: Node) -> Node:
    """``node`` with what was put in read as YAML reads what stands without quotes."""
    if isinstance(node, Scalar):
        if not node.interpolated or node.plain:
            return node
        value = scalar(node.text)
        if type(node) is Filled:
            return Filled(value, node.text, node.line, node.column, node.plain, node.parts)
        return Scalar(value, node.text, node.line, node.column, node.plain, interpolated=True)
    if isinstance(node, Items):
        return Items(tuple(map(_unquoted, node.items)), node.line, node.column, node.count)
    return node.with_values({name: _unquoted(value) for name, value in node.values.items()})
