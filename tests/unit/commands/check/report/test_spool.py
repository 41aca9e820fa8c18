"""Texts that wait in a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.check.report import spool as module
from wherry.commands.check.report.spool import Spool
from wherry.errors import WherryError

kept = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5), st.text(st.characters(exclude_categories=["Cs"]))))


@pytest.mark.parametrize("in_memory", [1 << 20, 4])
@given(kept)
def test_texts_come_back_by_key_and_order(in_memory, given_):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_IN_MEMORY", in_memory)
        spool = Spool()
        for key, order, text in given_:
            spool.add(text, order=order, key=key)
        for key in "abc":
            wanted = sorted((item for item in given_ if item[0] == key), key=lambda item: item[1])
            assert list(spool.texts(key)) == [text for _, _, text in wanted]
        spool.close()


def test_more_can_be_added_while_texts_are_read():
    spool = Spool()
    for number in range(3):
        spool.add(f"{number}", order=number)
    for text in spool.texts():
        spool.add(f"{text}!", order=0, key="again")
    assert list(spool.texts("again")) == ["0!", "1!", "2!"]
    spool.close()


def test_where_there_is_no_room_for_it(tmp_path):
    spool = Spool(tmp_path / "missing")
    spool.add("x" * (1 << 20), order=0)
    with pytest.raises(WherryError, match=r"^keeping it in a temporary file: No such file or directory$"):
        spool.add("x", order=1)
    spool.close()
