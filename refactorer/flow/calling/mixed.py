"""Functions of the user's that are called with arguments of different ranks."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from types import CodeType, FrameType
from typing import Any

import numpy as np

from refactorer.execution.evaluation import Arguments, Function, fresh, is_float, quiet

Form = tuple[tuple[bool, ...], ...]


def mixed(function: Function, names: Iterable[str], runs: Iterable[Arguments]) -> frozenset[str]:
    """Return those of the names by which a function calls others at different ranks in one run."""
    found: set[str] = set()
    for arguments in runs:
        forms = called(function, names, arguments)
        found |= {name for name, seen in forms.items() if len(seen) > 1}
    return frozenset(found)


def called(
    function: Function, names: Iterable[str], arguments: Arguments
) -> Mapping[str, set[Form]]:
    """Return at which ranks, and with which axes of one, the functions of a file are called."""
    found: dict[str, set[Form]] = defaultdict(set)
    before = sys.gettrace()
    with quiet():
        around = [function.__globals__[name] for name in names]
        sys.settrace(tracer({f.__code__ for f in around}, found))
        try:
            fresh(function)(arguments)
        except Exception:  # the user's own: what was called until then counts
            pass
        finally:
            sys.settrace(before)
    return found


def tracer(
    codes: Container[CodeType], found: dict[str, set[Form]]
) -> Callable[[FrameType, str, object], Any]:
    """Return a trace function that notes what functions are called with, given their codes."""

    def trace(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code in codes:
            given = (frame.f_locals[name] for name in code.co_varnames[: code.co_argcount])
            floats = (value for value in given if is_float(value))
            found[code.co_name].add(tuple(tuple(n == 1 for n in np.shape(v)) for v in floats))

    return trace
