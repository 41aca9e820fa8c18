import click
import pytest

from wherry.core.network import Family
from wherry.errors import UsageError
from wherry.ui import options as shared
from wherry.ui.env import Env


@pytest.fixture
def env(tmp_path, monkeypatch):
    config = tmp_path / "config.toml"
    config.write_text('version = 1\n[profiles.p]\ncacert = "ca.pem"\nproxy = "http://127.0.0.1:1"\n')
    monkeypatch.setenv("WHERRY_CONFIG", str(config))
    return Env()


@click.command()
@shared.network
@shared.deadline("60s")
@shared.timeout("5s")
@shared.output
@shared.common
def command(**given):
    return given


def given(env, args, **environ):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        context = command.make_context("wherry", list(args), obj=env, auto_envvar_prefix="WHERRY_X")
        return context.params


@pytest.mark.parametrize(
    ("args", "environ", "deadline_s"),
    [
        pytest.param([], {}, 60.0, id="default"),
        pytest.param(["-T", "2m"], {}, 120.0, id="flag"),
        pytest.param([], {"WHERRY_X_DEADLINE": "3s"}, 3.0, id="environment"),
        pytest.param(["--deadline", "1s"], {"WHERRY_X_DEADLINE": "3s"}, 1.0, id="a flag beats the environment"),
    ],
)
def test_deadline(env, args, environ, deadline_s):
    assert given(env, args, **environ)["deadline"] == deadline_s


def test_common_options_set_the_environment_of_the_command(env):
    given(
        env, ["-q", "-vv", "--debug", "--color", "always", "--log-format", "json", "--log-level", "warn", "-o", "json"]
    )
    assert env.console.quiet
    assert env.verbosity == 2
    assert env.debug
    assert env.console.paint_err.on
    assert (env.log.form, env.log.level, env.output) == ("json", "warn", "json")


def test_verbose_logs_from_debug_up(env):
    given(env, ["-v"])
    assert env.log.enabled("debug")


def test_a_flag_beats_the_profile_and_the_profile_fills_in(env, tmp_path):
    settings = shared.network_settings(env, given(env, ["--profile", "p", "--proxy", "http://127.0.0.1:2"]))
    assert settings.proxy == "http://127.0.0.1:2"
    assert settings.cacert == str(tmp_path / "ca.pem")


@pytest.mark.usefixtures("env")
def test_insecure_warns_even_when_quiet(capsys):
    env = Env()
    assert shared.network_settings(env, given(env, ["-q", "--insecure"])).insecure
    assert "warning: certificates are not verified" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "family"),
    [([], Family.ANY), (["-4"], Family.V4), (["--ipv6"], Family.V6)],
)
def test_family(env, args, family):
    assert shared.network_settings(env, given(env, args)).family is family


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param(["-4", "-6"], "exclude each other", id="both families"),
        pytest.param(["--key", "k.pem"], "--key needs --cert", id="key alone"),
        pytest.param(["--profile", "q"], "no profile 'q'", id="unknown profile"),
    ],
)
def test_contradictions(env, args, words):
    with pytest.raises(UsageError, match=words):
        shared.network_settings(env, given(env, args))
