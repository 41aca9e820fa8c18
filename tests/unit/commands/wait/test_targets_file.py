"""Files of targets: what they say, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from wherry.commands.wait.targets_file import WaitFile, parse, read
from wherry.core.document import schema_of
from wherry.core.yaml import load, plain
from wherry.errors import UsageError

EXAMPLE = Path(__file__).parents[4] / "examples" / "wait.yaml"


def entries(text, **environ):
    return parse(text.encode(), "wait.yaml", environ, {"password": "from a file"}.__getitem__)


def test_everything_that_can_be_said():
    found = entries(
        """
        version: 1
        targets:
          - url: postgres://app:${env:PASSWORD}@db/app
            name: db
          - url: http://api/ready
            expect: {status: 204, json.$.db: up, time: {lt: 800ms}}
            stable: 3
            each_ip: true
          - {url: "tcp://old:1", not: true}
        """,
        PASSWORD="secret",
    )
    db, api, old = found
    assert (db.target.name, db.target.shown) == ("db", "postgres://app:***@db/app")
    assert db.target.password.reveal() == "secret"
    assert (db.stable, db.each_ip, db.gone) == (None, None, None)
    assert [str(condition.subject) for condition in api.conditions] == ["status", "json.$.db", "time"]
    assert (api.target.name, api.stable, api.each_ip) == ("http://api/ready", 3, True)
    assert old.gone is True


@pytest.mark.parametrize(
    "text, message",
    [
        pytest.param("targets: []", 'line 1: key "version" is missing', id="no version"),
        pytest.param("version: 2\ntargets: []", "line 1: version 2 is not known", id="another version"),
        pytest.param("version: 1", 'key "targets" is missing', id="no targets"),
        pytest.param("version: 1\ntargets: []", "line 2: targets: expected at least 1 item", id="empty"),
        pytest.param("version: 1\ntargets:\n- {name: x}", 'line 3: targets[0]: key "url" is missing', id="no url"),
        pytest.param("version: 1\ntargets:\n- url:", "line 3: targets[0].url: expected a target", id="empty url"),
        pytest.param("version: 1\ntargets:\n- url: db", "line 3: targets[0].url: 'db' has no port", id="no target"),
        pytest.param("version: 1\ntargets:\n- url: db=x:1", "write name: db and url: x:1", id="a name in the url"),
        pytest.param(
            "version: 1\ntargets:\n- url: http://x\n  expct: {status: 200}",
            'line 4: unknown key "expct"; did you mean "expect"?',
            id="slip of a key",
        ),
        pytest.param(
            "version: 1\ntargets:\n- url: http://x\n  expect:\n    statsu: 200",
            "line 5: targets[0].expect: unknown subject 'statsu'; did you mean \"status\"?",
            id="slip of a subject",
        ),
        pytest.param(
            "version: 1\ntargets:\n- url: http://x\n  expect: {}", "expected a map of conditions", id="expect nothing"
        ),
        pytest.param(
            "version: 1\ntargets:\n- url: tcp://x:1\n  expect: {status: 200}",
            "line 3: targets[0]: a tcp target has no status",
            id="subject of another kind",
        ),
        pytest.param(
            "version: 1\ntargets:\n- url: x:1\n  stable: 0", "line 4: targets[0].stable: expected", id="stable 0"
        ),
        pytest.param("version: 1\ntargets:\n- url: x:1\n  name: a b", "line 4: targets[0].name: expected", id="name"),
        pytest.param("version: 1\ntargets:\n- url: x:1\n  not: no", "targets[0].not: expected true or false", id="no"),
        pytest.param(
            "version: 1\ntargets:\n- url: x:${env:PORT}",
            "line 3: the environment variable PORT is not set",
            id="unset",
        ),
        pytest.param("version: 1\ntargets:\n- url: x:1\n  url: y:1", "the key 'url' is given twice", id="key twice"),
    ],
)  # fmt: skip
def test_refused(text, message):
    with pytest.raises(UsageError) as error:
        entries(text)
    assert str(error.value).startswith("wait.yaml: line ")
    assert message in str(error.value)


def test_files_named_within_are_relative_to_the_file(tmp_path):
    (tmp_path / "host").write_text("db.example\n")
    file = tmp_path / "wait.yaml"
    file.write_text("version: 1\ntargets:\n- url: tcp://${file:host}:1\n")
    assert read(str(file))[0].target.host == "db.example"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match=r"reading .*none\.yaml: No such file or directory"):
        read(str(tmp_path / "none.yaml"))


def test_the_example_is_valid():
    text = EXAMPLE.read_bytes()
    assert [entry.target.name for entry in parse(text, "wait.yaml", {}, str)] == ["api", "database"]
    jsonschema.validate(plain(load(text, source="wait.yaml")), schema_of(WaitFile))


def test_the_schema_says_no_to_unknown_keys():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "targets": [{"url": "x:1", "expct": {}}]}, schema_of(WaitFile))
