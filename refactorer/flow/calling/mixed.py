"""Functions of the user's that are called with arguments of different ranks, or other options."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, FrameType
from typing import Any

import numpy as np

from refactorer.arguments.options import passed
from refactorer.execution.evaluation import Arguments, Function, fresh, is_float, quiet

Form = tuple[object, ...]


def mixed(
    function: Function, texts: Mapping[str, str], runs: Iterable[Arguments]
) -> frozenset[str]:
    """Return the functions, given by their texts, that a function calls in several ways in a run.

    They are called at different ranks, or with different options.
    """
    found: set[str] = set()
    for arguments in runs:
        forms = ways_called(function, texts, arguments)
        found |= {name for name, seen in forms.items() if len(seen) > 1}
    return frozenset(found)


def ways_called(
    function: Function, texts: Mapping[str, str], arguments: Arguments
) -> Mapping[str, set[Form]]:
    """Return the ranks, axes of size one and options with which functions are called."""
    found: dict[str, set[Form]] = defaultdict(set)
    before = sys.gettrace()
    with quiet():
        around = {function.__globals__[name].__code__: passed(texts[name]) for name in texts}
        sys.settrace(tracer(around, found))
        try:
            fresh(function)(arguments)
        except Exception:  # the user's own: what was called until then counts
            pass
        finally:
            sys.settrace(before)
    return found


def tracer(
    options: Mapping[CodeType, frozenset[str]], found: dict[str, set[Form]]
) -> Callable[[FrameType, str, object], Any]:
    """Return a trace function that notes what functions are called with, given their options."""

    def trace(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code in options:
            given = {name: frame.f_locals[name] for name in code.co_varnames[: code.co_argcount]}
            floats = (value for value in given.values() if is_float(value))
            ranks = (tuple(n == 1 for n in np.shape(v)) for v in floats)
            said = (repr(given.get(name)) for name in sorted(options[code]))
            found[code.co_name].add((*ranks, *said))

    return trace
