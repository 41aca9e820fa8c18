"""Every benchmark, one after the other; the exit code is 1 when a claim is missed."""

from __future__ import annotations

import sys

import check
import client_before_after
import cold_start
import first_start
import load
import request_get
import serve_echo
import transport
import wait_port

if __name__ == "__main__":
    modules = (
        cold_start, first_start, wait_port, request_get, check, serve_echo, transport, client_before_after, load,
    )  # fmt: skip
    held = [module.main() for module in modules]
    sys.exit(not all(held))
