"""Templates: what they render to, and what is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.functions import FUNCTIONS
from wherry.commands.release.template import MAX_DEPTH, MAX_LENGTH, TemplateError, parse, render

FIELDS = {
    "ProjectName": "acme",
    "Version": "1.2.3",
    "Tag": "v1.2.3",
    "Os": "darwin",
    "Arch": "amd64",
    "Arm": "",
    "Major": 1,
    "IsSnapshot": False,
    "Env": {"USER": "ada", "EMPTY": ""},
}
# What `goreleaser init` writes.
GORELEASER = """{{ .ProjectName }}_
{{- title .Os }}_
{{- if eq .Arch "amd64" }}x86_64
{{- else if eq .Arch "386" }}i386
{{- else }}{{ .Arch }}{{ end }}
{{- if .Arm }}v{{ .Arm }}{{ end }}"""


@pytest.mark.parametrize(
    "text, rendered",
    [
        pytest.param("", "", id="nothing"),
        pytest.param("SHA256SUMS", "SHA256SUMS", id="text"),
        pytest.param("{{ .ProjectName }}_{{.Version}}", "acme_1.2.3", id="fields"),
        pytest.param(GORELEASER, "acme_Darwin_x86_64", id="GoReleaser's own"),
        pytest.param("{{ .Env.USER }}", "ada", id="variable"),
        pytest.param("a {{- .Os -}} b", "adarwinb", id="trimmed"),
        pytest.param("a\n\t{{- .Os }} b", "adarwin b", id="trimmed on the left"),
        pytest.param("a{{/* why */}}b {{- /* why */ -}} c", "abc", id="comments"),
        pytest.param('{{ "}}" }}{{ `\\` }}{{ "\\"\\t\\\\" }}', '}}\\"\t\\', id="texts"),
        pytest.param("{{ 12 }} {{ -3 }} {{ true }} {{ .IsSnapshot }}", "12 -3 true false", id="constants"),
        pytest.param("{{ upper .Os }}{{ .Os | toupper }}{{ (lower (upper .Os)) }}", "DARWINDARWINdarwin", id="case"),
        pytest.param('{{ title "don\'t stop_it" }}', "Don't Stop_It", id="title"),
        pytest.param('{{ trimprefix .Tag "v" }}', "1.2.3", id="trimprefix"),
        pytest.param('{{ .Tag | trimprefix "v" | trimsuffix ".3" }}', "1.2", id="piped text is the subject"),
        pytest.param('{{ replace .Version "." "_" }} {{ .Version | replace "." "-" }}', "1_2_3 1-2-3", id="replace"),
        pytest.param('{{ .Arm | default "none" }} {{ default "x" .Os }}', "none darwin", id="default"),
        pytest.param('{{ envOrDefault "EMPTY" "a" }}{{ envOrDefault "USER" "b" }}', "aada", id="envOrDefault"),
        pytest.param('{{ isEnvSet "EMPTY" }} {{ isEnvSet "USER" }}', "false true", id="isEnvSet"),
        pytest.param("{{ incpatch .Tag }} {{ incminor .Tag }} {{ incmajor .Tag }}", "v1.2.4 v1.3.0 v2.0.0", id="inc"),
        pytest.param('{{ if contains .Os "win" }}a{{ end }}', "a", id="contains"),
        pytest.param('{{ eq .Os "linux" "darwin" }} {{ ne .Os "x" }} {{ eq .Major 1 }}', "true true true", id="eq"),
        pytest.param("{{ eq true 1 }}", "false", id="eq of two types"),
        pytest.param("{{ if and .Os (not .Arm) }}a{{ else }}b{{ end }}", "a", id="and not"),
        pytest.param('{{ or .Arm "x" }}', "x", id="or gives a value"),
        pytest.param("{{ if .Arm }}a{{ else if 0 }}b{{ else if .Os }}c{{ else }}d{{ end }}", "c", id="else if"),
        pytest.param("{{ if 0 }}a{{ end }}b", "b", id="0 is false"),
        pytest.param("{{ if .Os }}{{ if .Arm }}a{{ else }}b{{ end }}{{ end }}", "b", id="if in if"),
        pytest.param("}} {", "}} {", id="braces that mean nothing"),
    ],
)  # fmt: skip
def test_rendered(text, rendered):
    assert render(text, FIELDS) == rendered


@pytest.mark.parametrize(
    "text, offset, problem",
    [
        pytest.param("a{{ .Vrsion }}", 4, 'unknown field .Vrsion; did you mean ".Version"?', id="field"),
        pytest.param("{{ .Env.USR }}", 3, 'variable USR is not set; did you mean "USER"?', id="variable"),
        pytest.param("{{ .Env }}", 3, "a variable is written .Env.NAME, not .Env", id="no variable"),
        pytest.param("{{ .Os.Name }}", 3, ".Os has no fields of its own", id="field of a field"),
        pytest.param("{{ tolowr .Os }}", 3, "unknown function 'tolowr'; did you mean \"tolower\"?", id="function"),
        pytest.param("{{ lower tolowr }}", 9, "unknown function 'tolowr'", id="function as a value"),
        pytest.param("{{ range .Os }}{{ end }}", 3, "range is Go's", id="range"),
        pytest.param("{{ $x := 1 }}", 3, "there are no variables", id="variable of Go's"),
        pytest.param("a {{ .Os", 2, "{{ has no }}", id="open"),
        pytest.param("{{/* a }}", 2, "a comment ends with */", id="open comment"),
        pytest.param('{{ "a }}', 3, "a text stands between", id="open text"),
        pytest.param('{{ "\\q" }}', 4, "\\q means nothing", id="escape"),
        pytest.param("{{ . }}", 3, "a field is a dot and a name", id="dot"),
        pytest.param("{{ }}", 0, "a value or a function is missing", id="empty"),
        pytest.param("{{ .Os | }}", 7, "a value or a function is missing", id="nothing after |"),
        pytest.param("{{ .Os .Arch }}", 3, ".Os is no function", id="two values"),
        pytest.param("{{ .Os | .Arch }}", 9, ".Arch is no function", id="piped into a value"),
        pytest.param("{{ title lower .Os }}", 9, "put a call within a call in parentheses", id="call in a call"),
        pytest.param("{{ (.Os }}", 3, "a ( without its )", id="open parenthesis"),
        pytest.param("{{ .Os) }}", 6, "a ) without its (", id="closing parenthesis"),
        pytest.param("{{ replace .Os }}", 3, "replace takes 3 values, not 1", id="arguments"),
        pytest.param("{{ eq .Os }}", 3, "eq takes at least 2 values, not 1", id="too few"),
        pytest.param("{{ incpatch .Os }}", 3, "incpatch: 'darwin' is not a version", id="misuse"),
        pytest.param("a{{ if .Os }}", 1, "{{ if }} without {{ end }}", id="if without end"),
        pytest.param("a{{ if }}{{ end }}", 1, "a value or a function is missing", id="if without condition"),
        pytest.param("{{ end }}", 3, "{{ end }} without an if", id="end"),
        pytest.param("{{ else }}", 3, "{{ else }} without an if", id="else"),
        pytest.param("{{ if 1 }}{{ else }}{{ else if 2 }}{{ end }}", 23, "{{ else if }} after", id="else if last"),
        pytest.param("{{ if 1 }}{{ end .Os }}", 17, ".Os cannot stand after end", id="after end"),
        pytest.param("{{-.Os }}", 2, "'-' cannot stand here", id="trim without a space"),
        pytest.param("x" * (MAX_LENGTH + 1), 0, "at most", id="too long"),
        pytest.param("{{ if 1 }}" * (MAX_DEPTH + 1) + "{{ end }}" * (MAX_DEPTH + 1), 300, "nested", id="ifs too deep"),
        pytest.param(f"{{{{ {'(' * 40}1{')' * 40} }}}}", 33, "nested", id="parentheses too deep"),
        pytest.param(f"{{{{ 1{' | lower' * 40} }}}}", 0, "more than 30 calls", id="pipe too long"),
    ],
)  # fmt: skip
def test_refused(text, offset, problem):
    with pytest.raises(TemplateError) as error:
        render(text, FIELDS)
    assert problem in error.value.problem
    assert error.value.offset == offset


def test_what_is_short_cannot_render_to_what_is_huge():
    text = '{{ "' + "a" * 50 + '"' + ' | replace "a" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"' * 20 + " }}"
    with pytest.raises(TemplateError, match="more than 10000 characters"):
        render(text, {})
    with pytest.raises(TemplateError, match="it renders to more than 10000 characters"):
        render("{{ .A }}{{ .A }}", {"A": "a" * 6000})


def test_the_fields_of_every_branch_are_known():
    template = parse("{{ if .Os }}{{ .Env.A }}{{ else }}{{ lower (title .Nme) }}{{ end }}")
    assert template.fields() == {"Os", "Env.A", "Nme"}
    template.check({"Os": "", "Nme": "", "Env": {}})
    with pytest.raises(TemplateError, match=r"unknown field \.Nme"):
        template.check({"Os": "", "Name": "", "Env": {}})


@given(st.text().filter(lambda text: "{{" not in text))
def test_text_without_braces_stays_as_it_is(text):
    assert render(text, {}) == text


@given(st.text(max_size=200))
def test_any_text_can_be_quoted(text):
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert render(f'{{{{ "{quoted}" }}}}', {}) == text


PIECES = [
    "{{", "}}", "{{-", "-}}", " ", "if", "else", "end", "eq", "lower", ".Os", ".Env.USER", '"', "`", "(", ")", "|", "1",
    "\\", "/*", "*/", "a", "\n", ".",
]  # fmt: skip


@given(st.lists(st.sampled_from([*PIECES, *FUNCTIONS]), max_size=60).map("".join))
def test_whatever_is_written_is_rendered_or_refused_at_a_place(text):
    try:
        assert isinstance(render(text, FIELDS), str)
    except TemplateError as exc:
        assert 0 <= exc.offset <= len(text)
        assert str(exc)
