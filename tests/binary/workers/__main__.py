"""Starts workers in each way that multiprocessing has, and prints what came of it as JSON.

The first argument is the start method.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.shared_memory import SharedMemory

import jobs


def process(context):
    queue = context.Queue()
    worker = context.Process(target=jobs.tell, args=(queue,), name="the worker")
    worker.start()
    told = queue.get()
    worker.join()
    return told | {"is the child": told.pop("pid") == worker.pid, "code": worker.exitcode}


def codes(context):
    workers = [context.Process(target=jobs.end, args=(code,)) for code in (0, 7)]
    workers.append(context.Process(target=jobs.end, args=(0,), daemon=True))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.exitcode for worker in workers]


def pipe(context):
    ours, theirs = context.Pipe()
    worker = context.Process(target=jobs.answer, args=(theirs, "descriptors arrive"))
    worker.start()
    ours.send(21)
    answers = [ours.recv(), ours.recv()]
    worker.join()
    return answers


def pool(context):
    with context.Pool(2) as workers:
        squares = workers.map(jobs.square, range(100))
        try:
            workers.apply(jobs.fail, (5,))
        except ValueError as exc:
            failure = repr(exc)
        return {"sum": sum(squares), "failure": failure}


def shared_memory(context):
    memory = SharedMemory(create=True, size=1)
    lock = context.Lock()
    workers = [context.Process(target=jobs.write, args=(memory.name, lock)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    count = memory.buf[0]
    memory.close()
    memory.unlink()
    return count


def executor(context):
    with ProcessPoolExecutor(2, mp_context=context) as workers:
        squares = list(workers.map(jobs.square, range(20)))
        told = workers.submit(jobs.about).result()
    with ProcessPoolExecutor(1, mp_context=context) as workers:
        try:
            workers.submit(os._exit, 3).result()
        except BrokenProcessPool:
            squares.append("broken")
    return {"squares": squares, "frozen": told["frozen"]}


def manager(context):
    with context.Manager() as one:
        shared = one.dict(a=1)
        shared["b"] = 2
        return dict(shared)


def main():
    context = multiprocessing.get_context(sys.argv[1])
    parts = (process, codes, pipe, pool, shared_memory, executor, manager)
    print(json.dumps({part.__name__: part(context) for part in parts}))


if __name__ == "__main__":
    sys.exit(main())
