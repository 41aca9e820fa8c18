"""What is sent: from a URL, from files of targets as vegeta has them, from rows that fill in a template.

:mod:`loading` makes a :class:`~wherry.commands.load.targets.prepared.Requests` of the options, in the process that
started the run; each worker takes its share of it as a :class:`~wherry.commands.load.targets.prepared.Source`.
"""
