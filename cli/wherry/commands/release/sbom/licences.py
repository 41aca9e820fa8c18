"""What a distribution says of its licence, in terms of SPDX where it is. Pure.

A licence is stated as it was given. Only what is an expression of SPDX (https://spdx.github.io/spdx-spec/v2.3/, annex
D) is one in the documents; everything else is a name. ``MIT License`` is not taken for ``MIT``: that would be a guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from wherry.commands.release.inventory import Distribution

IDS: Final = frozenset(
    """
    0BSD AFL-2.1 AFL-3.0 AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-2.0
    BSD-1-Clause BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-3-Clause-LBNL BSD-4-Clause BSL-1.0
    BlueOak-1.0.0 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CDDL-1.1 CECILL-2.1 CECILL-B CECILL-C
    CNRI-Python CPL-1.0 ECL-2.0 EFL-2.0 EPL-1.0 EPL-2.0 EUPL-1.1 EUPL-1.2 FTL GFDL-1.3-or-later GPL-1.0-or-later GPL-2.0
    GPL-2.0+ GPL-2.0-only GPL-2.0-or-later GPL-3.0 GPL-3.0+ GPL-3.0-only GPL-3.0-or-later HPND ICU IJG ISC LGPL-2.0
    LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1 LGPL-2.1+ LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0+ LGPL-3.0-only
    LGPL-3.0-or-later LPPL-1.3c Libpng MIT MIT-0 MIT-CMU MPL-1.0 MPL-1.1 MPL-2.0 MS-PL MS-RL MulanPSL-2.0 NCSA NIST-PD
    NTP OFL-1.1 OLDAP-2.8 OSL-3.0 OpenSSL PHP-3.01 PSF-2.0 PostgreSQL Python-2.0 Python-2.0.1 QPL-1.0 Ruby SSH-OpenSSH
    Sleepycat TCL UPL-1.0 Unicode-3.0 Unicode-DFS-2016 Unlicense Vim W3C WTFPL X11 ZPL-2.0 ZPL-2.1 Zlib blessing
    bzip2-1.0.6 curl zlib-acknowledgement
    """.split()  # noqa: SIM905  one a line would be a hundred lines
)
"""The identifiers of SPDX that Python distributions give; an expression with another one is kept as a name."""
EXCEPTIONS: Final = frozenset(
    """
    Autoconf-exception-3.0 Bison-exception-2.2 Bootloader-exception Classpath-exception-2.0 Font-exception-2.0
    GCC-exception-2.0 GCC-exception-3.1 LGPL-3.0-linking-exception LLVM-exception Linux-syscall-note OCCT-exception-1.0
    OpenJDK-assembly-exception-1.0 Qt-GPL-exception-1.0 Qt-LGPL-exception-1.1 Universal-FOSS-exception-1.0
    WxWindows-exception-3.1 openvpn-openssl-exception
    """.split()  # noqa: SIM905  one a line would be a hundred lines
)
OF_PYTHON: Final = "Python-2.0.1"
"""The licence of CPython, which is a stack of several (https://docs.python.org/3/license.html)."""


class Declared(Record):
    """Either an ``expression`` of SPDX, or ``names`` as they were given, or neither."""

    expression: str | None
    names: tuple[str, ...]


def of_distribution(distribution: Distribution) -> Declared:
    """What it says. A License field that holds an expression is one."""
    if distribution.license_expression is not None:
        return of_text(distribution.license_expression)
    if len(distribution.licenses) == 1:
        return of_text(distribution.licenses[0])
    return Declared(None, distribution.licenses)


def of_text(text: str | None) -> Declared:
    """What one text says."""
    if text is None:
        return Declared(None, ())
    return Declared(text, ()) if is_expression(text) else Declared(None, (text,))


def is_expression(text: str) -> bool:
    """Whether it is one that SPDX knows, in its spelling."""
    depth, complete, after_with, exceptable = 0, False, False, False
    for word in re.findall(r"[()]|[^\s()]+", text):
        if after_with:
            if word not in EXCEPTIONS:
                return False
            after_with = exceptable = False
        elif complete:
            if word in ("AND", "OR"):
                complete = exceptable = False
            elif word == "WITH" and exceptable:
                after_with = True
            elif word == ")" and depth:
                depth, exceptable = depth - 1, False
            else:
                return False
        elif word == "(":
            depth += 1
        elif word in IDS or word.removesuffix("+") in IDS:
            complete = exceptable = True
        else:
            return False
    return complete and not depth and not after_with
