"""What the frozen program runs instead of wherry when multiprocessing has started it.

multiprocessing starts ``sys.executable`` as if it were Python: as a worker (start method spawn), as the tracker that
removes the shared memory and semaphores that nobody has removed, or as the server from which workers are forked. What
each is to do arrives as source code in the arguments. That is never executed: it must be one of the texts that
multiprocessing of Python 3.11 to 3.14 writes, and only numbers of descriptors and names of modules are taken from it.
"""

import re
import sys

_WORKER = "--multiprocessing-fork"
# multiprocessing.spawn.get_command_line: a frozen program's, and any other's.
_WORKER_ARGUMENT = re.compile(r"(tracker_fd|pipe_handle|parent_pid)=(\d{1,10})", re.ASCII)
_WORKER_CODE = re.compile(r"from multiprocessing\.spawn import spawn_main; spawn_main\((.+)\)")
# multiprocessing.resource_tracker.ResourceTracker.ensure_running
_TRACKER_CODE = re.compile(r"from multiprocessing\.resource_tracker import main;main\((\d{1,10})\)", re.ASCII)
# multiprocessing.forkserver.ForkServer.ensure_running. From 3.13.13 and 3.14.4 on the arguments of the program follow,
# and from 3.14 on there is a descriptor for a key. The search path is not taken over: all modules are inside.
_SERVER_CODE = re.compile(
    r"(?:import sys; )?from multiprocessing\.forkserver import main; main\((\d{1,10}), (\d{1,10}), "
    r"\[((?:'[\w.]+'(?:, )?)*)\], (?:sys_argv=sys\.argv\[1:\], )?\*\*\{.*?(?:'authkey_r': (\d{1,10}))?\}\)",
    re.ASCII,
)


def run(arguments):
    """Do what multiprocessing asks for and end the process; return when these are not its arguments."""
    call = understood(arguments)
    if call is None:
        return
    flags, function, named = call
    if flags is not None and flags != _own_flags():
        return
    function(**named)
    sys.exit()


def understood(arguments):
    """What is called for, with which named arguments, and the flags for Python before it; None for anything else.

    There are no flags where a frozen program calls for a worker.
    """
    if arguments[0] == _WORKER:
        return _worker(None, arguments[1:])
    if "-c" not in arguments[:-1]:
        return None
    at = arguments.index("-c")
    flags, code, after = arguments[:at], arguments[at + 1], arguments[at + 2 :]
    if (found := _WORKER_CODE.fullmatch(code)) and after == [_WORKER]:
        return _worker(flags, found[1].split(", "))
    if (found := _TRACKER_CODE.fullmatch(code)) and not after:
        return flags, track, {"fd": int(found[1])}
    if found := _SERVER_CODE.fullmatch(code):
        named = {"listener_fd": int(found[1]), "alive_r": int(found[2]), "preload": re.findall(r"[\w.]+", found[3])}
        return flags, serve, named if found[4] is None else named | {"authkey_r": int(found[4])}
    return None


def _worker(flags, arguments):
    matches = [_WORKER_ARGUMENT.fullmatch(argument) for argument in arguments]
    if None in matches:
        return None
    named = {match[1]: int(match[2]) for match in matches}
    return (flags, work, named) if "pipe_handle" in named and len(named) == len(matches) else None


def _own_flags():
    from multiprocessing.util import _args_from_interpreter_flags

    return _args_from_interpreter_flags()


def work(**named):
    """Be a worker."""
    from multiprocessing.spawn import spawn_main

    sys.argv[1:] = [_WORKER]  # it looks for that
    spawn_main(**named)


def track(**named):
    """Be the tracker of what workers share."""
    from multiprocessing.resource_tracker import main

    main(**named)


def serve(**named):
    """Be the server from which workers are forked."""
    from multiprocessing.forkserver import main

    main(**named)
