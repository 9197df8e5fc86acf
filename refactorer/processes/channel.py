"""The child's end of the pipes: one line in, messages out, and an end when the parent is gone."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from refactorer.errors import RefactorError, Refused
from refactorer.processes.limits import limit

MORE = "--memory gives it more"
Say = Callable[[Mapping[str, Any]], None]


def serve(work: Callable[[str, Say], str]) -> None:
    """Give `work` the line that came in, and send what it says, then its result or how it failed.

    The arguments of the process are the descriptor that messages go to, the limits, and the folders
    in which the user's own imports are found.
    """
    descriptor, memory, seconds, *folders = sys.argv[1:]
    limit(int(memory), float(seconds))
    sys.path.extend(folders)
    os.set_inheritable(int(descriptor), False)  # what the user starts has no say
    with os.fdopen(int(descriptor), "w", encoding="utf-8") as pipe:

        def say(message: Mapping[str, Any]) -> None:
            pipe.write(json.dumps(message) + "\n")
            pipe.flush()

        say(outcome(work, received(), say))


def outcome(work: Callable[[str, Say], str], line: str, say: Say) -> dict[str, Any]:
    """Return the last message: a result, an error for the user, or the traceback of a defect."""
    try:
        return {"result": work(line, say)}
    except RefactorError as error:
        return {"error": error.to_dict()}
    except MemoryError:
        return {"error": Refused("the memory is not enough", MORE, code="memory").to_dict()}
    except Exception as error:
        reason = traceback.format_exception_only(type(error), error)[-1].strip()
        return {"defect": reason, "traceback": traceback.format_exc()}


def received() -> str:
    """Return the one line that the parent sends, and from then on end with the parent."""
    parent = os.fdopen(os.dup(0), encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # the user's code may read stdin: it is empty
    line = parent.readline()

    def end_with_parent() -> None:
        parent.read()  # returns when the parent is gone, however it went
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=end_with_parent, daemon=True).start()
    return line
