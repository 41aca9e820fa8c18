from __future__ import annotations

import copy

import pytest

from wherry.core.record import Record, as_dict, replace


class Place(Record):
    host: str
    port: int = 80

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class NamedPlace(Place):
    name: str = ""


class Other(Record):
    host: str
    port: int = 80


def test_fields_by_place_by_name_and_by_default():
    assert (Place("db", 5432).port, Place(host="db").port, str(Place("db"))) == (5432, 80, "db:80")


def test_a_subclass_adds_fields():
    assert as_dict(NamedPlace("db", 1, "the database")) == {"host": "db", "port": 1, "name": "the database"}


@pytest.mark.parametrize(
    ("values", "named"),
    [
        pytest.param((), {}, id="a field is missing"),
        pytest.param(("db", 1, 2), {}, id="too many"),
        pytest.param(("db",), {"host": "db"}, id="given twice"),
        pytest.param(("db",), {"colour": "red"}, id="unknown"),
    ],
)
def test_what_is_no_place(values, named):
    with pytest.raises(TypeError, match="Place"):
        Place(*values, **named)


def test_equality_is_of_class_and_fields():
    assert Place("db") == Place("db", 80)
    assert Place("db") != Place("db", 81)
    assert Place("db") != Other("db")
    assert Place("db") != ("db", 80)
    assert len({Place("db"), Place("db", 80), Other("db")}) == 2


def test_nothing_changes_a_record():
    place = Place("db")
    with pytest.raises(AttributeError, match="port"):
        place.port = 81
    with pytest.raises(AttributeError, match="port"):
        del place.port
    assert place == Place("db")


def test_replace_makes_another():
    place = Place("db")
    assert replace(place, port=81) == Place("db", 81)
    assert place.port == 80
    with pytest.raises(TypeError, match="Place"):
        replace(place, colour="red")


def test_matching_by_place():
    match Place("db", 5432):
        case Place(host, port):
            assert (host, port) == ("db", 5432)


def test_representation_and_copy():
    place = Place("db")
    assert repr(place) == "Place(host='db', port=80)"
    assert copy.deepcopy(place) == place


def test_a_function_as_a_default_is_no_method():
    class Judge(Record):
        judge: object = as_dict

    assert Judge().judge is as_dict
