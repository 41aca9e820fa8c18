"""Whether files are signed by the key that they should be signed by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.release.sign import minisign
from wherry.commands.release.sign.armor import COMMENT
from wherry.commands.release.sign.minisign import Signature
from wherry.commands.release.verify.check import Check, State
from wherry.commands.release.verify.shelf import Role, signed_by
from wherry.errors import NotMet, WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from wherry.commands.release.sign.minisign import PublicKey
    from wherry.commands.release.verify.shelf import Shelf

_KIND: Final = "signature"
_ENDING: Final = ".minisig"


def checks(shelf: Shelf, key: PublicKey | None, wanted: Collection[str] | None) -> Iterator[tuple[Check, str | None]]:
    """Of each signature (of the files ``wanted``, of all when None), with the file that it is a good one of."""
    signable = [name for name, role in shelf.roles.items() if role is not Role.SIGNATURE]
    for name in shelf.named(Role.SIGNATURE):
        signed = signed_by(name, signable)
        if wanted is None or signed in wanted:
            check = _check(shelf, name, signed, key)
            yield check, signed if check.state is State.OK else None


def _check(shelf: Shelf, name: str, signed: str | None, key: PublicKey | None) -> Check:
    text = shelf.text(name)
    if not name.endswith(_ENDING) and not text.startswith(COMMENT):
        return Check(_KIND, State.NOTE, name, "not verified: it is none of minisign's")
    try:
        signature = Signature.decode(text)
        signed = signed or (signature.named() if signature.named() in shelf.roles else None)
        if signed is None:
            raise NotMet("what it is a signature of is not there")
        if key is None:
            return Check(_KIND, State.NOTE, name, "not verified: no key")
        with shelf.path(signed).open("rb") as file:
            minisign.verify(key, signature, file)
    except OSError as exc:
        raise WherryError(f"{exc.filename}: {exc.strerror or exc}") from None
    except WherryError as exc:
        return Check(_KIND, State.PROBLEM, name, str(exc))
    if signature.named() not in (None, signed):
        return Check(_KIND, State.PROBLEM, name, f"it was made for a file called {signature.named()}")
    return Check(_KIND, State.OK, name, f"of {signed} by key {key.name}: {signature.trusted}")
