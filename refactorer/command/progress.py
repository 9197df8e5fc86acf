"""A progress line on a terminal, taken away before anything else is written."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

AFTER, EVERY = 1.0, 0.5  # seconds until there is a line, and until it changes
ERASE = "\r\x1b[K"


class Progress:
    """How long the work takes, and what was done last."""

    def __init__(self) -> None:
        self.done = ""
        self.lock = Lock()
        self.stands = False

    @contextmanager
    def line(self) -> Iterator[None]:
        """Show a line while the block runs, from a second on."""
        over = Event()
        thread = Thread(target=self.tick, args=(over, time.monotonic()), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            with self.aside():
                pass

    def tick(self, over: Event, start: float) -> None:
        """Write the line anew, as long as the work is not over."""
        wait = AFTER
        while not over.wait(wait):
            wait = EVERY
            seconds = f"{time.monotonic() - start:.0f} s"
            with self.lock:
                put(f"{ERASE}{seconds}, {self.done} is done" if self.done else f"{ERASE}{seconds}")
                self.stands = True

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the line away while something else is said."""
        with self.lock:
            if self.stands:
                put(ERASE)
                self.stands = False
            yield


def put(text: str) -> None:
    """Write to stderr as it is."""
    sys.stderr.write(text)
    sys.stderr.flush()


def has_lines() -> bool:
    """Tell whether stderr is a terminal on which a line can be taken away."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
