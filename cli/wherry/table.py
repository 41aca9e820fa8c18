"""Every command: its name, its group and one line about it.

Data only, so that `wherry --help` imports no command. The freezer reads it too: no import
statement names the modules below, so build/ passes them to PyInstaller by this table.
"""

from __future__ import annotations

from wherry.core.record import Record


class Entry(Record):
    """``summary`` is the line in `wherry --help`; the command is ``command`` in ``module``."""

    name: str
    group: str
    summary: str

    @property
    def module(self) -> str:
        return f"wherry.commands.{self.name}.command"


GROUPS = {
    "gate": "Gate a pipeline",
    "ship": "Ship artifacts",
    "run": "Run servers",
    "own": "wherry itself",
}

COMMANDS = {
    entry.name: entry
    for entry in (
        Entry("wait", "gate", "Block until services are ready"),
        Entry("check", "gate", "Run a suite of endpoint assertions and report"),
        Entry("request", "gate", "One API call, with retries, a deadline, pagination, extraction"),
        Entry("load", "gate", "Load test: open and closed loop, correct latencies, CI gates"),
        Entry("release", "ship", "Pack a Python tool: one executable, archives, deb and rpm"),
        Entry("serve", "run", "An echo, fault and static-file server"),
        Entry("completion", "own", "Print the completion script of a shell"),
        Entry("config", "own", "Show and check the configuration file and its profiles"),
        Entry("schema", "own", "Print the JSON Schema of a configuration file"),
        Entry("doctor", "own", "Report what wherry sees: trust store, proxies, DNS, profile, terminal"),
        Entry("help", "own", "Explain a command or a topic, such as exit-codes"),
        Entry("version", "own", "Print the version, and what it was built from"),
    )
}

# What `wherry schema NAME` prints the schema of: the type that the file is read into, as module:name.
SCHEMAS = {
    "check": "wherry.commands.check.suite.file:SuiteFile",
    "config": "wherry.profile.schema:ConfigFile",
    "release": "wherry.commands.release.file:ReleaseFile",
    "wait": "wherry.commands.wait.targets_file:WaitFile",
}
