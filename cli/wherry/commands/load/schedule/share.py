"""Work divided among workers."""

from __future__ import annotations


def share_out(total: int, workers: int) -> tuple[int, ...]:
    """``total`` connections or requests, as evenly as whole numbers go, the larger shares first."""
    each, more = divmod(total, workers)
    return tuple(each + 1 if worker < more else each for worker in range(workers))
