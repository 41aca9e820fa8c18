"""The condition language of wait, check and request: a subject, and what it is expected to be.

On a command line ``SUBJECT=YAML``, in a file ``SUBJECT: YAML``; a scalar means equality, a map holds operators, all of
which must hold::

    status=200                    status=2xx                      status={in: [200, 204]}
    time={lt: 800ms}              header.content-type={contains: json}
    json.$.items={length: {ge: 1}}                                cert.expires_in={gt: 14d}

:func:`parse` and :func:`from_map` make a :class:`Condition`, :func:`judge` holds it against facts. The language is
closed: what is missing, has the wrong type or could not be learnt is unmet, under ``not`` as well.
"""

from __future__ import annotations

from wherry.core.expect.judge import Verdict, holds, judge
from wherry.core.expect.parse import Condition, check_applies, from_map, parse
from wherry.core.expect.subject import SUBJECTS_OF, Subject

__all__ = ["SUBJECTS_OF", "Condition", "Subject", "Verdict", "check_applies", "from_map", "holds", "judge", "parse"]
