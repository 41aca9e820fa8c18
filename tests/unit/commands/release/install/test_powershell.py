"""install.ps1: what it knows of a release, and its grammar. It is not run here: there is no PowerShell on Linux."""

from __future__ import annotations

import re

import pytest
from machines import FILE, TREE, facts

from wherry.commands.release.install.powershell import quoted, text
from wherry.commands.release.install.variable import mirror
from wherry.commands.release.publish.downloads import Download, Inside
from wherry.errors import UsageError


def download(target="windows_amd64", programs=FILE, kind="zip"):
    name = f"acme_1.2.3_{target}.{kind}"
    inside = tuple(Inside(each.name, f"{each.path}.exe", each.folder) for each in programs)
    return Download(target, name, kind, f"https://files.acme.dev/{name}", "ab" * 32, 1234, inside)


def test_what_it_knows():
    script = text(facts(), [download(), download("windows_arm64", TREE), download("linux_amd64", kind="tar.gz")])
    for line in (
        "# Installs acme 1.2.3: fetches the archive for this machine, checks it, installs it.",
        "    $version = '1.2.3'",
        "    $variable = 'ACME_INSTALL_URL'",
        "        windows_arm64 = @{",
        "            Url = 'https://files.acme.dev/acme_1.2.3_windows_amd64.zip'",
        f"            Sha256 = '{'ab' * 32}'",
        "            Size = 1234",
        "            Programs = @('acme.exe')",
        r"            Programs = @('acme\acme.exe')",
    ):
        assert script.splitlines().count(line) in (1, 2), line
    assert "linux" not in script
    assert script.isascii()


def test_a_program_that_is_no_archive_is_called_as_its_command():
    script = text(facts(), [download(kind="binary")])
    assert "            Programs = @('acme.exe')\n" in script


def test_all_of_it_is_one_block():
    """PowerShell reads a block to its end before it runs, so that a script that was cut does nothing."""
    lines = text(facts(), [download()]).splitlines()
    code = [line for line in lines if not line.startswith("#")]
    assert code[:2] == ["param([string]$To = '', [switch]$Help)", "& {"]
    assert code[-1] == "}"
    assert all(line.startswith("    ") or not line for line in code[2:-1])


@pytest.mark.parametrize(
    ("downloads", "words"),
    [
        ([download("linux_amd64")], "no archive for it"),
        ([download(kind="tar.gz")], "PowerShell opens zip archives, and acme_1.2.3_windows_amd64.tar.gz is none"),
    ],
)
def test_what_it_cannot_install(downloads, words):
    with pytest.raises(UsageError, match=words):
        text(facts(), downloads)


def test_quoted():
    assert quoted("it's $x \N{RIGHT SINGLE QUOTATION MARK}") == (
        "'it''s $x \N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}'"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [("acme", "ACME_INSTALL_URL"), ("a-b.c+d", "A_B_C_D_INSTALL_URL"), ("7z", "_7Z_INSTALL_URL")],
)
def test_the_variable_of_a_mirror(name, expected):
    assert mirror(name) == expected
    assert re.fullmatch(r"[A-Z_][A-Z0-9_]*", mirror(name))


@pytest.mark.parametrize("awkward", [FILE, (Inside("it's", "a b/$x`y", "a b"),)], ids=["plain", "awkward"])
def test_grammar(awkward):
    """An independent grammar of PowerShell's; that it sees faults is seen too."""
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    script = text(facts(), [download(programs=awkward)])
    assert not parser.parse(script.encode()).root_node.has_error
    assert parser.parse(script[:-3].encode()).root_node.has_error
