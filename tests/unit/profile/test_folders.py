"""Which folders are the user's."""

from __future__ import annotations

import os
import sys
from unittest.mock import patch

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.errors import UsageError
from wherry.profile.folders import cache_folder, config_folder

linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere they are platformdirs' own")
values = st.none() | st.sampled_from(["", " ", "/", "/x", " /x ", "/x/", "//x", "~", "~/x", "x", "./x", "$HOME", "/é"])


@given(home=values, config=values, cache=values)
def test_they_are_those_of_platformdirs(home, config, cache):
    names = {"HOME": home, "XDG_CONFIG_HOME": config, "XDG_CACHE_HOME": cache}
    environ = {name: value for name, value in names.items() if value is not None}
    with patch.dict(os.environ, environ, clear=True):
        assert config_folder() == platformdirs.user_config_path("wherry", appauthor=False)
        assert cache_folder() == platformdirs.user_cache_path("wherry", appauthor=False)


@linux
@pytest.mark.parametrize(("folder", "variable"), [(config_folder, "XDG_CONFIG_HOME"), (cache_folder, "XDG_CACHE_HOME")])
def test_a_user_without_a_home(monkeypatch, folder, variable):
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_001)  # nobody's
    with pytest.raises(UsageError, match="set HOME"):
        folder()
    monkeypatch.setenv(variable, "/somewhere")
    assert str(folder()) == "/somewhere/wherry"
