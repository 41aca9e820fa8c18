"""`wherry load compare`: whether one server does better or worse than another, or whether that cannot be told.

:mod:`metrics` are what is compared, :mod:`resampling` the arithmetic, :mod:`comparison` the verdicts, :mod:`likeness`
which runs may be compared at all; :mod:`driving` makes the runs where URLs are given.
"""
