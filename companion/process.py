"""`Process`: a fresh interpreter beside this one, and the pipe to it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

PATIENCE_SEC = 2.0
Serve = Callable[..., None]


class Process:
    """Runs `serve(connection, *given)` elsewhere until `close`; `connection` is this end.

    For work that holds the interpreter lock, which would make everything else here wait.
    """

    def __init__(self, serve: Serve, *given: object) -> None:
        # A fresh interpreter: forking a process that has threads and native libraries running can deadlock.
        context = multiprocessing.get_context("spawn")
        self.connection, there = context.Pipe()
        self._process = context.Process(target=_run, args=(serve, there, *given), daemon=True)
        with _one_thread():
            self._process.start()
        there.close()

    def close(self) -> None:
        """Close the pipe, which ends the process; one that does not notice is killed."""
        self.connection.close()
        self._process.join(PATIENCE_SEC)
        self._process.kill()
        self._process.join()


def _run(serve: Serve, connection: Connection, *given: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to handle
    with contextlib.suppress(EOFError, OSError):  # the other end is gone
        serve(connection, *given)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started within do their linear algebra in one thread: theirs are many and small, and cores are few."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
