"""When each request of an open loop is to be sent: pure arithmetic, no clock and no list.

:mod:`rate` reads what `--rate` says, :mod:`schedule` computes the moments, :mod:`share` divides work among workers.
"""
