"""Records the values that the names of a function hold at each line."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import CodeType, FrameType
from typing import Any

import numpy as np

from refactorer.execution.evaluation import bound, copied, is_float, leaves, quiet
from refactorer.shapes import Array, array

Locals = Mapping[str, object]
Runs = Sequence[Mapping[str, object]]
END = 0  # stands for the end of the function
KEPT = 6  # visits of one line in one run


@dataclass(frozen=True)
class Visits:
    """The locals at each visit of each line, the runs one after the other."""

    at: Mapping[int, Sequence[Locals]]
    runs: Sequence[Mapping[int, Sequence[Locals]]] = ()

    def is_steady(self, name: str) -> bool:
        """Tell whether a name holds arrays, and of one shape in each run."""
        runs = [
            [row[name] for rows in run.values() for row in rows if name in row] for run in self.runs
        ]
        held = [value for values in runs for value in values]
        return (
            bool(held)
            and all(isinstance(value, np.ndarray) for value in held)
            and all(
                len({(np.shape(v), np.asarray(v).dtype) for v in values}) < 2  # type: ignore[call-overload]
                for values in runs
            )
        )

    def holds_floats(self, name: str) -> bool:
        """Tell whether a name ever holds floating-point numbers; it may do so where nothing ran."""
        values = [seen[name] for rows in self.at.values() for seen in rows if name in seen]
        known = [value for value in values if value is not None]
        return not known or any(is_float(leaf) for value in known for leaf in leaves(value))

    def holds_numbers(self, name: str) -> bool:
        """Tell whether a name holds numbers, which nothing changes in place."""
        held = [row[name] for rows in self.at.values() for row in rows if name in row]
        return bool(held) and all(isinstance(value, int | float | np.number) for value in held)

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """What each name that is ever set holds at last."""
        names = {name for rows in self.at.values() for row in rows for name in row}
        return {name: array(self.last(name)) for name in sorted(names)}

    def holds_array(self, name: str) -> bool:
        """Tell whether a name ever holds an array."""
        rows = (row for seen in self.at.values() for row in seen)
        return any(isinstance(row.get(name), np.ndarray) for row in rows)

    def there(self, name: str, line: int) -> Any:
        """Return what a name holds where a line begins; what it does at last if it is not set."""
        held = [seen[name] for seen in self.at.get(line, ()) if seen.get(name) is not None]
        return held[0] if held else self.last(name)

    def changes_shape(self, name: str) -> bool:
        """Tell whether a name holds values of several shapes, one after the other."""
        held = [rows[0].get(name) for rows in self.at.values()]
        return len({np.shape(v) for v in held if isinstance(v, np.ndarray | float)}) > 1

    def last(self, name: str) -> Any:
        """Return what a name holds at last; None where it is never set."""
        rows = [*self.at.get(END, ()), *(seen for rows in self.at.values() for seen in rows)]
        return next((seen[name] for seen in rows if seen.get(name) is not None), None)


def visits(function: Callable[..., object], runs: Iterable[Mapping[str, object]]) -> Visits:
    """Run a function; return what its names held at each line. Its errors end a run."""
    found: dict[int, list[Locals]] = defaultdict(list)
    each = [one_run(function, arguments) for arguments in runs]
    for run in each:
        for line, rows in run.items():
            found[line] += rows
    return Visits(found, each)


def one_run(
    function: Callable[..., object], arguments: Mapping[str, object]
) -> dict[int, list[Locals]]:
    """Run a function once."""
    found: dict[int, list[Locals]] = defaultdict(list)
    before = sys.gettrace()
    given = {name: copied(value) for name, value in arguments.items()}
    with quiet():
        sys.settrace(tracer(function.__code__, found))
        try:
            bound(function)(given)
        except Exception:  # the user's own: what was seen until then is kept
            pass
        finally:
            sys.settrace(before)
    return found


def tracer(code: CodeType, found: dict[int, list[Locals]]) -> Callable[..., Any]:
    """Return a trace function that notes the locals of one function."""

    def local(frame: FrameType, event: str, _: object) -> Any:
        line = END if event == "return" else frame.f_lineno
        if event in ("line", "return"):
            rows = found[line]
            seen = {name: snapshot(value) for name, value in frame.f_locals.items()}
            if len(rows) == KEPT:
                rows[-1] = seen
            else:
                rows.append(seen)
        return local

    def outer(frame: FrameType, event: str, _: object) -> Any:
        return local if event == "call" and frame.f_code is code else None

    return outer


def snapshot(value: object) -> object:
    """Return a copy of an array or a list, and anything else as it is."""
    return copied(value) if isinstance(value, np.ndarray | list) else value
