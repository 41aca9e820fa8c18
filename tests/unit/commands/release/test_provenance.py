"""The statement of where a release comes from."""

from __future__ import annotations

import json

import pytest

from wherry.commands.release import provenance
from wherry.commands.release.provenance import Lock, Source
from wherry.core.record import replace
from wherry.errors import WherryError

A, B = "a" * 64, "b" * 64
SOURCE = Source(
    repository="https://github.com/acme/acme.git",
    commit="c" * 40,
    tag="v1.2.3",
    file="release.yml",
    targets=("linux_amd64",),
    locks=(Lock("requirements.lock", B),),
)
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/acme",
    "GITHUB_WORKFLOW_REF": "acme/acme/.github/workflows/release.yml@refs/tags/v1.2.3",
    "GITHUB_RUN_ID": "17",
    "GITHUB_RUN_ATTEMPT": "2",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_URL": "https://gitlab.com/acme/acme",
    "CI_RUNNER_ID": "12",
    "CI_JOB_URL": "https://gitlab.com/acme/acme/-/jobs/5",
}


def made(source=SOURCE, environ=GITHUB, subjects=(("b", B), ("a", A))):
    return provenance.statement(subjects, source, environ, 1700000000)


def run_of(environ):
    details = made(environ=environ)["predicate"]["runDetails"]
    return details["builder"]["id"], details["metadata"].get("invocationId")


def test_the_whole_of_it():
    assert made() == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "a", "digest": {"sha256": A}}, {"name": "b", "digest": {"sha256": B}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://wherry.invalid/release/v1",
                "externalParameters": {
                    "repository": "https://github.com/acme/acme.git",
                    "tag": "v1.2.3",
                    "file": "release.yml",
                    "targets": ["linux_amd64"],
                },
                "resolvedDependencies": [
                    {
                        "uri": "git+https://github.com/acme/acme.git@refs/tags/v1.2.3",
                        "digest": {"gitCommit": "c" * 40},
                    },
                    {"name": "requirements.lock", "digest": {"sha256": B}},
                ],
            },
            "runDetails": {
                "builder": {
                    "id": "https://github.com/acme/acme/.github/workflows/release.yml@refs/tags/v1.2.3",
                    "version": {"wherry": provenance.VERSION},
                },
                "metadata": {
                    "invocationId": "https://github.com/acme/acme/actions/runs/17/attempts/2",
                    "startedOn": "2023-11-14T22:13:20Z",
                    "finishedOn": "2023-11-14T22:13:20Z",
                },
            },
        },
    }


def test_who_builds():
    assert run_of(GITLAB) == ("https://gitlab.com/acme/acme/-/runners/12", "https://gitlab.com/acme/acme/-/jobs/5")
    assert run_of({}) == (provenance.LOCAL_BUILDER, None)
    assert run_of({"GITHUB_REPOSITORY": "acme/acme"}) == (provenance.LOCAL_BUILDER, None)
    # Gitea's runner tells no workflow.
    short = {name: GITHUB[name] for name in ("GITHUB_ACTIONS", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY")}
    assert run_of(short) == ("https://github.com/acme/acme", None)


def test_what_is_not_known_is_not_said():
    bare = made(replace(SOURCE, repository="", commit="", tag=None, locks=()))
    definition = bare["predicate"]["buildDefinition"]
    assert definition["resolvedDependencies"] == []
    assert definition["externalParameters"] == {"file": "release.yml", "targets": ["linux_amd64"]}
    scp = made(replace(SOURCE, repository="git@github.com:acme/acme.git"))
    assert "uri" not in scp["predicate"]["buildDefinition"]["resolvedDependencies"][0]


def test_what_is_written_is_read():
    data = provenance.encode(made())
    assert provenance.encode(made(subjects=(("a", A), ("b", B)))) == data
    found = provenance.decode(data)
    assert found.subjects == (("a", A), ("b", B))
    assert found.commit == "c" * 40
    assert found.repository == "git+https://github.com/acme/acme.git@refs/tags/v1.2.3"


def damaged(change):
    document = json.loads(provenance.encode(made()))
    change(document)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "data, words",
    [
        pytest.param(b"", "this is no provenance", id="nothing"),
        pytest.param(b"[" * 100000, "this is no provenance", id="nested without end"),
        pytest.param(b'"\xff"', "this is no provenance", id="no UTF-8"),
        pytest.param(damaged(lambda it: it.update(_type="x")), "another kind", id="no statement"),
        pytest.param(damaged(lambda it: it.update(predicateType="x")), "another kind", id="another predicate"),
        pytest.param(damaged(lambda it: it.pop("predicate")), "predicate", id="without"),
        pytest.param(damaged(lambda it: it["subject"][0]["digest"].pop("sha256")), "no SHA-256 of 'a'", id="no sum"),
        pytest.param(damaged(lambda it: it["subject"][1].update(name="a")), "two SHA-256 of 'a'", id="twice"),
    ],
)
def test_damage(data, words):
    with pytest.raises(WherryError, match=words):
        provenance.decode(data)


def test_the_types_of_in_toto_take_it():
    pytest.importorskip("in_toto_attestation", reason="in-toto-attestation is not installed")
    from google.protobuf import json_format
    from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
    from in_toto_attestation.v1.statement import Statement

    for source in (SOURCE, replace(SOURCE, repository="", tag=None)):
        document = made(source)
        statement = Statement([], "", {})
        json_format.ParseDict(document, statement.pb)
        statement.validate()
        json_format.ParseDict(document["predicate"], provenance_pb2.Provenance())
