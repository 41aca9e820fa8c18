"""From the options to what is sent: everything is read and looked at once, before anything is sent."""

from __future__ import annotations

import math
from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wherry.commands.load.targets import content
from wherry.commands.load.targets.call import Call, Fault
from wherry.commands.load.targets.faults import Faults
from wherry.commands.load.targets.formats import of_rows, recognised
from wherry.commands.load.targets.lines import lines_of
from wherry.commands.load.targets.making import Common, Maker
from wherry.commands.load.targets.order import ByWeight, InTurn
from wherry.commands.load.targets.reading import RowReader, TargetReader
from wherry.commands.load.targets.requests import Described, FileState, Kept, Stored
from wherry.commands.load.targets.rows import CsvRows, JsonRows
from wherry.commands.load.targets.spool import opened
from wherry.commands.load.targets.stream import unbounded
from wherry.commands.load.targets.template import as_json, cut_json, names_in
from wherry.commands.load.targets.vegeta import HttpTargets, JsonTargets
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.options import Sent
    from wherry.commands.load.targets.order import Order
    from wherry.commands.load.targets.prepared import Origin, Prepared, Requests
    from wherry.commands.load.targets.spool import Opened
    from wherry.commands.load.targets.stream import Left
    from wherry.core.secret import Secret
    from wherry.net.proxies import ProxyChoice

# Of requests that are made before the run begins, in bytes; where there are more, each is made when it is its turn.
_IN_MEMORY: Final = 16 * 1024 * 1024
_OVERHEAD: Final = 300  # of one beside its data
_URLS: Final = 100
_BEGINNING: Final = 1024
_ASK_EVERY: Final = 1000  # records are looked at within some 10 ms


@contextmanager
def loaded(
    sent: Sent,
    proxies: ProxyChoice,
    *,
    authorization: Secret | None,
    inherited_authorization: Secret | None,
    left: Left = unbounded,
) -> Iterator[Requests]:
    """What ``sent`` asks for, with the Authorization fields that its credentials have become.

    Standard input is kept in a file until the block ends. Raises UsageError, and TargetsError where the file of targets
    is not valid; what ``left`` raises, which is asked now and then.
    """
    is_filled_in = sent.targets is not None and sent.url is not None
    body, kind = None, None
    if sent.content is not None:
        body, kind = content.read(sent.content, left, checked=not is_filled_in)
        if is_filled_in and sent.content.json:
            content.check_json(as_json(cut_json(body.decode("utf-8", "replace"))), "the value of --json")
    common = Common(
        sent.base_url, sent.inherited, inherited_authorization, sent.headers, sent.without, authorization,
        sent.unix_socket, body, kind,
    )  # fmt: skip
    maker = Maker(common, proxies)
    if sent.targets is None:
        yield _single(sent, maker)
        return
    with opened(sent.targets, left) as file:
        yield _from_file(sent, maker, file, left)


def _single(sent: Sent, maker: Maker) -> Requests:
    assert sent.url is not None
    for name in names_in(sent.url):
        raise UsageError(
            f"nothing fills in {{{name}}} in the URL", hint="--targets FILE has rows that do; a brace itself is %7B"
        )
    prepared = maker.make(Call(sent.method, sent.url))
    name = f"{prepared.method} {prepared.url}"
    return Kept(Described((name,), 1, (prepared.method,), (prepared.url,), (prepared.origin,)), InTurn(1), [prepared])


def _from_file(sent: Sent, maker: Maker, file: Opened, left: Left) -> Requests:
    name = sent.targets_format or _format(sent, file)
    if sent.url is None and of_rows(name):
        raise UsageError(f"{file.name}: rows of {name} fill in a URL: write it, with {{COLUMN}} where a value belongs")
    reader = _reader(sent, maker, name)
    found = _Found()
    faults = Faults(file.name)
    try:
        for count, line in enumerate(reader.records(lines_of(file.file))):
            if count % _ASK_EVERY == 0:
                left()
            try:
                prepared, weight = reader.read(line.data)
                found.add(line.start, prepared, weight)
            except Fault as exc:
                faults.add(line.number + exc.line, str(exc))
    except Fault as exc:
        faults.add(1 + exc.line, str(exc))
    faults.close()
    if not found.starts:
        raise UsageError(f"{file.name}: there is {'no row' if of_rows(name) else 'no target'} in it")
    targets = reader.targets()
    described = Described(
        tuple(f"{method} {url}" for method, url in targets),
        1 if of_rows(name) else len(found.starts),
        tuple(found.methods),
        tuple(url for _, url in targets[:_URLS]),
        tuple(found.origins),
    )
    order = found.order(file.name, sent.seed)
    if found.prepared is not None:
        return Kept(described, order, found.prepared)
    state = FileState.of(file.file)
    found.starts.append(state.size)
    return Stored(described, order, path=file.path, name=file.name, state=state, starts=found.starts, reader=reader)


def _format(sent: Sent, file: Opened) -> str:
    beginning = file.file.read(_BEGINNING)
    file.file.seek(0)
    return recognised(file.path if sent.targets == file.path else "", beginning, rows=sent.url is not None)


def _reader(sent: Sent, maker: Maker, name: str) -> TargetReader | RowReader:
    if sent.url is None:
        return TargetReader(HttpTargets() if name == "http" else JsonTargets(), maker)
    typed = name == "jsonl"
    template = maker.template(Call(sent.method, sent.url), typed=typed)
    if not template.columns:
        raise UsageError(
            "the rows have nothing to fill in",
            hint="write {COLUMN} in the URL, a header or the body where a value belongs",
        )
    return RowReader(JsonRows() if typed else CsvRows(template.columns), template)


class _Found:
    """What the records of a file come to. ``prepared`` is None once that is too much to keep."""

    def __init__(self) -> None:
        self.starts = array("Q")
        self.prepared: list[Prepared] | None = []
        self.methods: dict[str, None] = {}
        self.origins: dict[Origin, None] = {}
        self._sums = array("d")
        self._total = 0.0
        self._is_weighted = False
        self._size = 0

    def add(self, start: int, prepared: Prepared, weight: float | None) -> None:
        """Take one more; ``start`` is where it stands. Raises Fault."""
        if weight is not None:
            if not 0 <= weight < math.inf:
                raise Fault(f"a weight is a number of 0 or more, and not {weight:g}")
            self._is_weighted = True
        self._total += 1.0 if weight is None else weight
        self._sums.append(self._total)
        self.starts.append(start)
        self.methods[prepared.method] = None
        self.origins[prepared.origin] = None
        if self.prepared is not None:
            self.prepared.append(prepared)
            self._size += len(prepared.data) + _OVERHEAD
            if self._size > _IN_MEMORY:
                self.prepared = None

    def order(self, name: str, seed: int) -> Order:
        """In which they are sent. Raises UsageError where no weight is above 0."""
        if not self._is_weighted:
            return InTurn(len(self.starts))
        if not self._total:
            raise UsageError(f"{name}: no weight is above 0, so nothing would be sent")
        return ByWeight(self._sums, seed)
