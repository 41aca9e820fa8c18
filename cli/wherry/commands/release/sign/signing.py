"""Signs the files of a release, by itself or by a program that the file names."""

from __future__ import annotations

import stat
from functools import cached_property
from typing import TYPE_CHECKING, Final

from wherry.commands.release.fields import artifact_fields
from wherry.commands.release.plan import SIGNING_KEY
from wherry.commands.release.sign import minisign
from wherry.commands.release.sign.secret import SecretKey
from wherry.commands.release.template import render
from wherry.errors import UsageError, WherryError, doing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from wherry.commands.release.build.running import Runner
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import Sign

PASSWORD: Final = "WHERRY_SIGNING_PASSWORD"  # noqa: S105  the name of the variable
"""The environment variable that holds the password of the secret key, where it has one."""


class Signer:
    """``environ`` holds the key and its password, ``run`` runs other programs.

    ``epoch_s``, in seconds since 1970, is the time that signatures name.
    """

    def __init__(self, environ: Mapping[str, str], run: Runner, epoch_s: int) -> None:
        self._environ = environ
        self._run = run
        self._epoch_s = epoch_s

    def check(self, signs: Sequence[Sign]) -> None:
        """Read the secret key if one of ``signs`` needs it. Raises UsageError, WherryError."""
        if any(sign.cmd is None for sign in signs):
            _ = self._key

    def sign(self, sign: Sign, artifact: Path, signature: Path, fields: Named) -> None:
        """Write the ``signature`` of ``artifact``; ``fields`` are those that every template can name.

        Raises UsageError for the key and for templates, WherryError where there is no signature in the end.
        """
        with doing(f"signing {artifact.name}"):
            if sign.cmd is None:
                self._sign_here(artifact, signature)
            else:
                self._sign_by(sign.cmd, sign, artifact, signature, fields)

    @cached_property
    def _key(self) -> SecretKey:
        text = self._environ.get(SIGNING_KEY)
        if not text:
            raise UsageError(f"there is no secret key in {SIGNING_KEY}", hint="`wherry release key` makes one")
        with doing(SIGNING_KEY):
            return SecretKey.decode(text, self._environ.get(PASSWORD))

    def _sign_here(self, artifact: Path, signature: Path) -> None:
        try:
            with artifact.open("rb") as file:
                made = minisign.sign(self._key, file, name=artifact.name, epoch_s=self._epoch_s)
            beside = signature.with_name(f".{signature.name}.new")
            beside.write_text(made.text(), "utf-8", newline="\n")
            beside.replace(signature)
        except OSError as exc:
            raise WherryError(f"{exc.filename}: {exc.strerror or exc}") from None

    def _sign_by(self, program: str, sign: Sign, artifact: Path, signature: Path, fields: Named) -> None:
        named = artifact_fields(fields, artifact.name)
        paths = {"${artifact}": str(artifact.absolute()), "${signature}": str(signature.absolute())}
        command = [program]
        for argument in sign.args:
            text = render(argument, named)
            for word, path in paths.items():
                text = text.replace(word, path)
            command.append(text)
        # Most programs refuse to write over what is there.
        signature.unlink(missing_ok=True)
        try:
            self._run(command, program)
            problem = _problem(signature)
            if problem:
                raise WherryError(f"{program} ended well, but {signature.name} {problem}")
        except BaseException:
            signature.unlink(missing_ok=True)
            raise


def _problem(signature: Path) -> str | None:
    try:
        found = signature.lstat()
    except FileNotFoundError:
        return "is not there"
    if not stat.S_ISREG(found.st_mode):
        return "is no file"
    return None if found.st_size else "is empty"
