"""Certificates good and bad for 127.0.0.1, each a PEM file of its key and its chain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import trustme

if TYPE_CHECKING:
    from pathlib import Path

HOSTS: Final = ("127.0.0.1", "::1", "localhost")


def write_certificates(folder: Path) -> tuple[str, ...]:
    """Write NAME.pem for every name that is returned, and ca.pem, the authority of all but two.

    ``client.pem`` is for a client. The intermediate authority of ``chain`` ends before the certificate that it signed.
    """
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("client@wherry.test").private_key_and_cert_chain_pem.write_to_path(str(folder / "client.pem"))
    now, day = datetime.now(UTC), timedelta(days=1)
    issued = {
        "good": authority.issue_cert(*HOSTS, not_after=now + 30 * day),
        "expired": authority.issue_cert(*HOSTS, not_before=now - 9 * day, not_after=now - day),
        "future": authority.issue_cert(*HOSTS, not_before=now + day, not_after=now + 9 * day),
        "other": authority.issue_cert("other.test"),
        "stranger": stranger.issue_cert(*HOSTS),
        "chain": authority.create_child_ca().issue_cert(*HOSTS, not_after=datetime(3000, 12, 31, tzinfo=UTC)),
    }
    for name, cert in issued.items():
        cert.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{name}.pem"))
    # An authority's own certificate in the place of a server's is what "self-signed" is.
    alone = trustme.CA()
    alone.private_key_pem.write_to_path(str(folder / "self.pem"))
    alone.cert_pem.write_to_path(str(folder / "self.pem"), append=True)
    return (*issued, "self")
