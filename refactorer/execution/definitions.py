"""Executes the function, and the definitions of its file that it reads."""

from __future__ import annotations

from refactorer.errors import Refused
from refactorer.execution.evaluation import DEFINITIONS
from refactorer.execution.temporary import leaving_nothing
from refactorer.reading.target import Target

INSTALL = "Install it, or run refactor-grad in the environment that has it"


def executed(target: Target) -> dict[str, object]:
    """Return what the target's definitions and the function itself bind.

    An error that the function raises has its place in the user's file.
    """
    namespace: dict[str, object] = {"__name__": "target"}
    definitions = target.module.removesuffix(target.source)
    try:
        with leaving_nothing():
            exec(compile(definitions, DEFINITIONS, "exec"), namespace)
        exec(compile("\n" * (target.line - 1) + target.source, target.file, "exec"), namespace)
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:  # the user's own, such as a module that is missing
        reason = f"what `{target.name}` reads does not run: {type(error).__name__}: {error}"
        missing = isinstance(error, ModuleNotFoundError)
        raise Refused(
            reason,
            INSTALL if missing else "",
            target.place(),
            code="missing-module" if missing else "definitions",
        ) from error
    return namespace
