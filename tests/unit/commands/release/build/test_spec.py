"""What PyInstaller is told: both texts are Python, and say no more than was asked."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.build.spec import Freeze, script, spec
from wherry.core.record import replace

FREEZE = Freeze("acme", "acme.cli:main", "/w/begin.py", ("/s/src",), (("/s/assets/*.json", "assets"),), one_file=False)


def calls(text):
    """Each call of a name in the spec, with its keyword arguments that are constants."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            constants = {each.arg: each.value.value for each in node.keywords if isinstance(each.value, ast.Constant)}
            found.append((node.func.id, constants))
    return found


def test_the_script_calls_the_function_and_ends_with_its_result():
    assert script("acme.cli:main") == "import sys\n\nfrom acme.cli import main\n\nsys.exit(main())\n"


def test_a_folder():
    made = calls(spec(FREEZE))
    assert [name for name, _ in made if name in ("Analysis", "PYZ", "EXE", "COLLECT")] == [
        "Analysis",
        "PYZ",
        "EXE",
        "COLLECT",
    ]
    programs = [options for name, options in made if name == "EXE"]
    assert programs == [{"exclude_binaries": True, "name": "acme", "console": True, "strip": False, "upx": False}]
    assert ("COLLECT", {"name": "acme.folder"}) in made


def test_one_file_has_the_folder_besides_from_one_analysis():
    made = calls(spec(replace(FREEZE, one_file=True)))
    assert sum(name == "Analysis" for name, _ in made) == 1
    programs = [options for name, options in made if name == "EXE"]
    assert len(programs) == 2
    assert "exclude_binaries" not in programs[1]
    assert programs[1]["name"] == "acme"


@pytest.mark.parametrize("text", ["data = [('/s/assets/*.json', 'assets')]", "paths = ['/s/src']", "package = 'acme'"])
def test_what_was_asked_is_in_it(text):
    assert text in spec(FREEZE).splitlines()


@given(st.text(), st.text(), st.text())
def test_any_path_is_a_text_and_never_code(path, data, folder):
    freeze = replace(FREEZE, script=path, paths=(path,), data=((data, folder),))
    tree = ast.parse(spec(freeze))
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert {path, data, folder} <= {*values}
    assert len(tree.body) == len(ast.parse(spec(FREEZE)).body)
