"""A gRPC server with the standard health service, on grpcio. Lines on its input, "SERVICE STATUS", set what it says."""

from __future__ import annotations

import sys
import time
from concurrent import futures

import grpc

STATUSES = {"UNKNOWN": 0, "SERVING": 1, "NOT_SERVING": 2}
services: dict[str, str] = {"": "NOT_SERVING"}


def check(request: bytes, context: grpc.ServicerContext) -> bytes:
    service = request[2:].decode()  # one field: its tag, its length, the name
    if service not in services:
        context.abort(grpc.StatusCode.NOT_FOUND, f"unknown service: {service} (é)")
    return bytes((8, STATUSES[services[service]]))


def main(port: int, delay_s: float, *, with_health: bool) -> None:
    time.sleep(delay_s)
    server = grpc.server(futures.ThreadPoolExecutor(2))
    handler = grpc.unary_unary_rpc_method_handler(check)
    name = "grpc.health.v1.Health" if with_health else "other.Service"
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, {"Check": handler}),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    for line in sys.stdin:
        service, status = line.rstrip("\n").rsplit(" ", 1)
        services[service] = status
    server.stop(0).wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), with_health=sys.argv[3] == "health")
