"""Makes the values beside these tests importable, and starts what they need: a place of downloads, and who installs."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from machines import Person, Place


@pytest.fixture
def place():
    with Place() as place:
        yield place


@pytest.fixture
def person():
    """Who installs into an empty home, and is not root: so it is not in a folder that only root may enter."""
    folder = Path(tempfile.mkdtemp(prefix="install-"))
    home = folder / "a home"
    home.mkdir()
    user = 65534 if os.geteuid() == 0 else os.geteuid()
    if user != os.geteuid():
        folder.chmod(0o755)
        os.chown(home, user, user)
    yield Person(home, user)
    shutil.rmtree(folder)
