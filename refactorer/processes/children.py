"""The parent's end of the pipes: a child in a session of its own, which ends with its errand."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import FileIO
from threading import Event, Thread
from typing import IO, Any

# The folder in which the command is typed is no place for the tool's own imports.
# What is imported stays, so that it is not looked through for garbage, then or later.
PROGRAM = (
    "import gc, sys; gc.disable(); sys.path[:] = filter(None, sys.path); "
    "from {module} import main; gc.freeze(); gc.set_threshold({garbage}); gc.enable(); main()"
)
GARBAGE = 1_000_000  # objects between collections: a child does not live long
SETTINGS = {
    "PYTHONHASHSEED": "0",  # the same output for the same input
    "OMP_NUM_THREADS": "1",  # the arrays are small, and threads cost more than they give
    "OPENBLAS_NUM_THREADS": "1",
}
DAY = 86400.0
CHUNK = 1 << 16
MOST_KEPT = 1 << 20  # bytes of what a child prints


@dataclass(frozen=True)
class Child:
    """A running child, the pipe that its messages come through, and the last of what it printed.

    What it prints goes to our stderr too if `verbose`. It is `silent` once it prints no more.
    """

    process: subprocess.Popen[bytes]
    messages: FileIO
    verbose: bool
    printed: bytearray = field(default_factory=bytearray)
    silent: Event = field(default_factory=Event)

    def hear(self, line: str, deadline: float) -> Iterator[dict[str, Any]]:
        """Send one line, then yield each message as it comes, until the child ends.

        Raises TimeoutError once `time.monotonic()` has passed the deadline.
        """
        Thread(target=send, args=(self.process.stdin, line), daemon=True).start()
        Thread(target=self.keep, args=(self.process.stdout,), daemon=True).start()
        return map(json.loads, lines(self.messages, deadline))

    def keep(self, pipe: IO[bytes]) -> None:
        """Take in what the child prints, keep the last of it, and note that there is no more."""
        with pipe:
            while chunk := os.read(pipe.fileno(), CHUNK):
                self.printed.extend(chunk)
                del self.printed[:-MOST_KEPT]
                if self.verbose:
                    with suppress(OSError):  # our stderr may be closed
                        os.write(2, chunk)
        self.silent.set()

    def end(self) -> None:
        """End the child and whatever it started."""
        with suppress(
            ProcessLookupError, PermissionError
        ):  # macOS forbids it for a group of the dead
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.verbose:
            self.silent.wait(1.0)  # until all that it printed is told
        if self.process.stdin:
            with suppress(BrokenPipeError):
                self.process.stdin.close()

    def status(self) -> int | None:
        """Return the exit status of a child that sent no result, less than zero for a signal."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1.0)
        return self.process.poll()

    def obituary(self) -> str:
        """Return how a child ended that sent no result."""
        self.silent.wait(1.0)
        printed = self.printed.decode(errors="replace")
        return f"{printed}\nexit status: {self.status()}\n"


@contextmanager
def started(module: str, arguments: Sequence[str], *, verbose: bool) -> Iterator[Child]:
    """Start `module` as a child, which ends with the block.

    What it prints is kept for its obituary, and told if `verbose`. Its temporary files end with it.
    `arguments` are for its end of the pipes: the limits and folders that hold for it.
    """
    receiving, sending = os.pipe()
    with (
        scratch_folder() as scratch,
        open(receiving, "rb", buffering=0) as messages,
        open(sending, "wb", buffering=0) as pipe,
    ):
        program = [PROGRAM.format(module=module, garbage=GARBAGE), str(sending), *arguments]
        child = Child(process(program, sending, scratch), messages, verbose)
        pipe.close()  # the child alone holds it now, so that its end is the end of the file
        try:
            yield child
        finally:
            child.end()


@contextmanager
def scratch_folder() -> Iterator[dict[str, str]]:
    """Make a folder for temporary files, and yield the setting that says so, if one can be made."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="refactor-grad-", ignore_cleanup_errors=True)
    except OSError:  # nothing can be written anywhere, and need not be
        yield {}
        return
    with folder as name:
        yield {"TMPDIR": name}


def process(
    program: Sequence[str], sending: int, scratch: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start the process, in a session of its own: an interrupt at the terminal reaches us alone."""
    return subprocess.Popen(
        [sys.executable, "-u", "-X", "faulthandler", "-c", *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(sending,),
        env={**os.environ, **SETTINGS, **scratch},
        start_new_session=True,
    )


def send(pipe: IO[bytes], line: str) -> None:
    """Write one line and leave the pipe open: to the child, its end is the end of the parent."""
    with suppress(BrokenPipeError, ValueError):  # the child may have ended, and the pipe with it
        pipe.write(line.encode() + b"\n")
        pipe.flush()


def lines(pipe: FileIO, deadline: float) -> Iterator[bytes]:
    """Yield whole lines as they come, until the end of the file."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while chunk := next_chunk(selector, pipe, deadline):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole


def next_chunk(selector: selectors.BaseSelector, pipe: FileIO, deadline: float) -> bytes:
    """Return what comes next, or nothing at the end; TimeoutError if nothing comes in time."""
    remaining = min(deadline - time.monotonic(), DAY)
    if not (remaining > 0 and selector.select(remaining)):
        raise TimeoutError
    return pipe.read(CHUNK)
