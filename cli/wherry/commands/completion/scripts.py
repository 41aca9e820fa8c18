"""The script that teaches a shell to ask wherry for completions.

The shells' scripts are click's; each calls wherry with ``_WHERRY_COMPLETE`` set, and `wherry.app` answers from the
command tree. So a script stays right when commands and options change.
"""

from __future__ import annotations

from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish", "powershell")


def script(shell: str) -> str:
    """The completion script of ``shell``, one of :data:`SHELLS`."""
    found = get_completion_class(shell)
    assert found is not None
    # Not source(): for bash it starts a bash to ask its version, which the reader of the script will have anyway.
    values = {"complete_func": "_wherry_completion", "complete_var": "_WHERRY_COMPLETE", "prog_name": "wherry"}
    return found.source_template % values
