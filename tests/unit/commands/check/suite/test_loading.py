"""From paths to suites: files, folders, includes, and what is wrong between files."""

from __future__ import annotations

import io
import sys
import tracemalloc

import pytest

from wherry.commands.check.suite.faults import SuiteError
from wherry.commands.check.suite.loading import load, validate

UP = "version: 1\nchecks: [{name: up, url: 'http://127.0.0.1/'}]"


def names(suites):
    return [(suite.file, [check.name for check in suite.checks]) for suite in suites]


def told(caught) -> list[str]:
    return [str(fault) for fault in caught.value.faults]


def one(name: str, more: str = "") -> str:
    return f"version: 1\n{more}\nchecks: [{{name: {name}, url: 'http://127.0.0.1/'}}]"


def test_files_in_the_order_given_and_each_once(suites):
    found = suites({"b.yaml": one("b"), "a.yaml": one("a")}, "b.yaml", "a.yaml", "./b.yaml")
    assert names(found) == [("b.yaml", ["b"]), ("a.yaml", ["a"])]
    assert [check.index for suite in found for check in suite.checks] == [0, 1]
    assert [suite.name for suite in found] == ["b", "a"]


def test_a_folder_has_the_suites_below_it(suites):
    files = {
        "smoke/b.yml": one("b"),
        "smoke/a.yaml": one("a"),
        "smoke/deep/c.yaml": one("c"),
        "smoke/.hidden.yaml": one("no"),
        "smoke/.git/d.yaml": one("no"),
        "smoke/notes.txt": "checks",
        "smoke/compose.yaml": "version: '3'\nservices: {}",
        "smoke/wait.yaml": "version: 1\ntargets: [{url: 'tcp://127.0.0.1:1'}]",
        "smoke/list.yaml": "[1]",
    }
    found = suites(files, "smoke")
    assert names(found) == [
        ("smoke/a.yaml", ["a"]), ("smoke/b.yml", ["b"]), ("smoke/deep/c.yaml", ["c"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "files, paths, words",
    [
        pytest.param({"x/a.txt": ""}, ["x"], ["x: no suite is in this folder: a suite"], id="an empty folder"),
        pytest.param({"x": ""}, ["y.yaml"], ["y.yaml: reading the file: No such file or directory"], id="no such file"),
        pytest.param(
            {"x/a.yaml": "version: 1\nchekcs: []"}, ["x"],
            ['x/a.yaml: line 2, column 1: unknown key "chekcs"; did you mean "checks"?'], id="a slip is not overlooked",
        ),
        pytest.param(
            {"x/a.yaml": UP, "x/b.yaml": "a: ["}, ["x"], ["x/b.yaml: line 2, column 1"], id="YAML that is none"
        ),
        pytest.param(
            {"a.yaml": "a: [", "b.yaml": "b"}, ["a.yaml", "b.yaml", "c.yaml"],
            ["a.yaml: line 2, column 1: a value is missing", "b.yaml: line 1, column 1: the file", "c.yaml: reading"],
            id="all files are judged",
        ),
        pytest.param(
            {"a.yaml": b"version: 1\nname: \xff".decode("latin-1")}, ["a.yaml"], ["a.yaml: line"], id="no checks at all"
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read(suites, files, paths, words):
    with pytest.raises(SuiteError) as caught:
        suites(files, *paths)
    assert len(told(caught)) == len(words)
    assert all(line.startswith(start) for line, start in zip(told(caught), words, strict=True)), told(caught)


def test_standard_input(monkeypatch, folder):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(UP.encode())))
    (suite,) = load(["-"], {}, {})
    assert (suite.name, suite.file) == ("suite", "standard input")


def test_nothing_wrong_is_no_fault(folder):
    (folder / "a.yaml").write_text(UP)
    assert validate(["a.yaml"], {}, {}) == ()


class TestInclude:
    COMMON = """
    version: 1
    name: common
    vars: {base: "http://127.0.0.1", path: up}
    checks:
      - {name: login, url: "${base}/${path}", capture: {id: {json: $.id}}}
    """

    def test_its_checks_come_first_and_can_be_named(self, suites):
        common, api = suites(
            {
                "api.yaml": """
                version: 1
                include: [common.yaml]
                checks:
                  - {name: orders, url: "${base}/orders/${login.id}"}
                  - {name: after, url: "${base}/", needs: [login]}
                """,
                "common.yaml": self.COMMON,
            }
        )
        assert names((common, api)) == [("common.yaml", ["login"]), ("api.yaml", ["orders", "after"])]
        assert [(check.index, check.suite, check.needs) for suite in (common, api) for check in suite.checks] == [
            (0, "common", ()), (1, "api", (0,)), (2, "api", (0,)),
        ]  # fmt: skip

    def test_it_is_given_variables(self, suites):
        common, _ = suites(
            {
                "api.yaml": """
                version: 1
                vars: {host: localhost}
                include: [{file: "${env:FILE}.yaml", vars: {base: "http://${host}", path: 7}}]
                checks: [{name: a, url: "${base}/a"}]
                """,
                "common.yaml": self.COMMON,
            },
            FILE="common",
        )
        assert common.checks[0].url == "http://localhost/7"

    def test_the_command_line_beats_what_it_is_given(self, suites):
        common, _ = suites(
            {
                "api.yaml": one("a", "include: [{file: common.yaml, vars: {base: 'http://x'}}]"),
                "common.yaml": self.COMMON,
            },
            variables={"base": "http://y"},
        )
        assert common.checks[0].url == "http://y/up"

    def test_two_files_include_it_and_it_runs_once(self, suites):
        found = suites(
            {
                "a.yaml": one("a", "include: [common.yaml]"),
                "b.yaml": one("b", "include: [common.yaml]"),
                "common.yaml": self.COMMON,
            },
            "a.yaml", "b.yaml", "common.yaml",
        )  # fmt: skip
        assert [file for file, _ in names(found)] == ["common.yaml", "a.yaml", "b.yaml"]

    def test_a_folder_in_which_one_includes_another_with_variables(self, suites):
        files = {
            "smoke/login.yaml": "version: 1\nvars: {user: null}\nchecks: [{name: l, url: 'http://127.0.0.1/${user}'}]",
            "smoke/z.yaml": one("z", "include: [{file: login.yaml, vars: {user: ci}}]"),
        }
        login, _ = suites(files, "smoke")
        assert login.checks[0].url == "http://127.0.0.1/ci"

    def test_a_file_for_its_variables_only(self, suites):
        (api,) = suites(
            {
                "api.yaml": "version: 1\ninclude: [v.yaml]\nchecks: [{name: a, url: '${base}/'}]",
                "v.yaml": "version: 1\nvars: {base: 'http://127.0.0.1'}",
            }
        )
        assert api.checks[0].url == "http://127.0.0.1/"

    def test_a_file_that_only_includes(self, suites):
        found = suites(
            {"all.yaml": "version: 1\ninclude: [a.yaml, b/c.yaml]", "a.yaml": one("a"), "b/c.yaml": one("c")}
        )
        assert [file for file, _ in names(found)] == ["a.yaml", "b/c.yaml"]

    def test_paths_begin_where_the_file_is(self, suites):
        found = suites(
            {
                "x/a.yaml": one("a", "include: [y/b.yaml]"),
                "x/y/b.yaml": "version: 1\nchecks: [{name: b, url: 'http://h/${file:n}', body: {file: n}}]",
                "x/y/n": "7\n",
            }
        )
        (check,) = found[0].checks
        assert (check.url, check.resolve({}).call.body) == ("http://h/7", b"7\n")
        assert check.resolve({}).request == "wherry request POST http://h/7 --data @x/y/n"

    @pytest.mark.parametrize(
        "files, words",
        [
            pytest.param(
                {"a.yaml": one("a", "include: [b.yaml]"), "b.yaml": one("b", "include: [a.yaml]")},
                ["b.yaml: line 2, column 11: include: a.yaml includes this file in turn"], id="a circle",
            ),
            pytest.param(
                {"a.yaml": one("a", "include: [b.yaml]"), "b.yaml": "version: 1\nchecks: [{name: b, url: 'tcp://h'}]"},
                ["b.yaml: line 2, column 25: 'tcp://h' has no port; write tcp://h:PORT"], id="what is wrong within",
            ),
            pytest.param(
                {"a.yaml": one("a", "include: [b.yaml]"), "b.yaml": "x: ["}, ["b.yaml: line 2, column 1"], id="no YAML"
            ),
            pytest.param(
                {"a.yaml": one("a", "include: [x]"), "x/b.yaml": one("b")},
                ["a.yaml: line 2, column 11: include: the file x is a folder"], id="a folder",
            ),
            pytest.param(
                {
                    "a.yaml": one("a", "include: [{file: c.yaml, vars: {v: 1}}, b.yaml]"),
                    "b.yaml": one("b", "include: [{file: c.yaml, vars: {v: 2}}]"),
                    "c.yaml": one("c", "vars: {v: 0}"),
                },
                ["b.yaml: line 2, column 18: include: c.yaml is part of the run already, with other variables"],
                id="other variables",
            ),
            pytest.param(
                {
                    "a.yaml": """
                    version: 1
                    include: [b.yaml, c.yaml]
                    checks:
                      - {name: a, url: "http://127.0.0.1/", needs: [b]}
                      - {name: d, url: "http://127.0.0.1/${b.id}"}
                    """,
                    "b.yaml": "version: 1\nchecks: [{name: b, url: 'http://h', capture: {id: {json: $.id}}}]",
                    "c.yaml": "version: 1\nchecks: [{name: b, url: 'http://h', capture: {id: {json: $.id}}}]",
                },
                [
                    "a.yaml: line 5, column 49: needs: two of the included files have a check 'b', so",
                    "a.yaml: line 6, column 20: two of the included files have a check 'b', so it could be either",
                ],
                id="a name that two included files have",
            ),
            pytest.param(
                {"a.yaml": one("a", "include: [b.yaml, c.yaml]"), "b.yaml": one("b"), "c.yaml": one("b")},
                [], id="included files that know nothing of each other may use the same name",
            ),
        ],
    )  # fmt: skip
    def test_what_is_wrong(self, suites, files, words):
        if not words:
            assert len(suites(files)) == 3
            return
        with pytest.raises(SuiteError) as caught:
            suites(files)
        assert [line[: len(start)] for line, start in zip(told(caught), words, strict=True)] == words


def test_reports_can_tell_all_checks_apart(suites):
    files = {"a/up.yaml": UP, "b/up.yaml": UP}
    with pytest.raises(SuiteError) as caught:
        suites(files, "a", "b")
    assert told(caught) == [
        "b/up.yaml: line 2, column 17: the suite 'up' has a check 'up' in a/up.yaml, line 2 too; give one of the files "
        "another name or group"
    ]
    files["b/up.yaml"] = UP.replace("checks", "group: b\nchecks")
    assert len(suites(files, "a", "b")) == 2


def test_the_first_fault_is_the_message(suites):
    with pytest.raises(
        SuiteError, match=r'^a\.yaml: line 2, column 1: unknown key "x"; known are .* \(and 1 more\)$'
    ) as caught:
        suites({"a.yaml": one("a", "x: 1\ny: 1")})
    assert caught.value.exit_code == 2


def test_a_variable_of_an_included_file_is_told_of_where_it_stands(suites):
    with pytest.raises(SuiteError) as caught:
        suites(
            {
                "a.yaml": """
                version: 1
                include: [v.yaml]
                checks: [{name: a, url: "${base}/"}, {name: b, url: "${base}/"}]
                """,
                "v.yaml": "version: 1\nvars: {base: '${env:NO_SUCH}'}",
            }
        )
    assert [line.partition(";")[0] for line in told(caught)] == [
        "v.yaml: line 2, column 14: the environment variable NO_SUCH is not set"
    ]


def test_equal_conditions_are_made_once(suites):
    (suite,) = suites({"a.yaml": "version: 1\nchecks:\n" + "".join(
        f"- {{name: a{n}, url: 'http://127.0.0.1/{n}', expect: {{status: 200, time: {{lt: 1s}}}}}}\n" for n in range(3)
    )})  # fmt: skip
    first, *others = [check.resolve({}).conditions for check in suite.checks]
    assert all(a is b for other in others for a, b in zip(first, other, strict=True))


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("", id="plain"),
        pytest.param(", expect: {status: 200, time: {lt: 1s}}", id="conditions"),
        pytest.param(", headers: {Accept: text/plain, X-A: b}, tags: [a, b], retry: 2, timeout: 5s", id="keys"),
        pytest.param(", auth: {bearer: abc}, needs: [first]", id="needs"),
        pytest.param(", auth: {bearer: '${first.token}'}, expect: {status: 200}", id="captured"),
    ],
)
def test_a_check_is_kept_in_little_memory(folder, more):
    count = 1000
    (folder / "a.yaml").write_text(
        "version: 1\nchecks:\n- {name: first, url: 'http://127.0.0.1/', capture: {token: {header: x}}}\n"
        + "".join(f"- {{name: check {n}, url: 'http://127.0.0.1:8080/a?number={n}'{more}}}\n" for n in range(count))
    )
    load(["a.yaml"], {}, {})  # imports what it needs
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        found = load(["a.yaml"], {}, {})
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found[0].checks) == count + 1
    assert (kept - before) / count < 1600
    assert (most - before) / count < 2800


@pytest.mark.parametrize("more", ["", ", auth: {bearer: '${first.token}'}"], ids=["plain", "captured"])
def test_what_only_looks_equal_is_kept_apart(suites, more):
    expected = [
        "1",
        "'1'",
        "true",
        "1.0",
        "[1]",
        "['1']",
        "{eq: {a: 1}}",
        "{eq: {a: true}}",
        "{eq: {b: 1}}",
        "{in: [a]}",
    ]
    (suite,) = suites({"a.yaml": "version: 1\nchecks:\n"
        "- {name: first, url: 'http://127.0.0.1/', capture: {token: {header: x}}}\n" + "".join(
        f"- {{name: 'a{n}', url: 'http://127.0.0.1/', expect: {{json.$.a: {value}}}{more}}}\n"
        f"- {{name: 'b{n}', url: 'http://127.0.0.1/', expect: {{json.$.b: {value}}}{more}}}\n"
        for n, value in enumerate(expected)
    )})  # fmt: skip
    made = [check.resolve({(0, "token"): "t"}) for check in suite.checks[1:]]
    said = [ready.line.expect for ready in made]
    assert len({repr(one) for one in said}) == len(made) == 2 * len(expected)
    assert [str(ready.conditions[0].subject) for ready in made] == ["json.$.a", "json.$.b"] * len(expected)
    kinds = [type(value) for ((_, value),) in said[::2]]
    assert kinds == [int, str, bool, float, list, list, dict, dict, dict, dict]
