"""The engine of `wherry load`: processes that send, measure and tell.

:mod:`coordinator` starts the workers and adds up what they tell; :mod:`worker` is one of them; :mod:`closed` and
:mod:`open` decide who sends what when; :mod:`caller` is one connection; :mod:`recorder` counts.
"""
