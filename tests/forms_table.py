"""Each form of eleven samples in the package that it is for: `python tests/forms_table.py`.

Prints a table, and below it why something is refused. The packages come with the extras `forms` and
`array-modules`; names of samples as arguments restrict it to these. It ends with 1 where a form
that is one of the sample's is not right.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from test_frameworks import CASES, Case, arguments, defined

from refactorer.errors import RefactorError
from refactorer.processes.supervise import run
from refactorer.request import FRAMEWORKS, STYLES

EVERY = tuple(style for style in STYLES if style not in FRAMEWORKS)
MODULES = ("jax.numpy", "array_api_strict")  # what code printed with --xp runs on
PATIENCE = 600.0  # seconds for one form: jax compiles it at every size
OTHER = "other-form"


@dataclass(frozen=True)
class Cell:
    """What became of one form of one sample: right where there is no reason why it is not."""

    column: str
    reason: str = ""
    code: str = ""

    @property
    def mark(self) -> str:
        """What stands in the table."""
        return "–" if self.code == OTHER else "refused" if self.reason else "right"


def in_style(case: Case, style: str) -> Cell:
    """Print a form, which the judge runs in its package."""
    try:
        run(replace(case.request(style), timeout=PATIENCE), lambda _: None)
    except RefactorError as error:
        return Cell(style, f"{error.reason}. {error.hint}", error.code)
    return Cell(style)


def in_modules(case: Case) -> Iterator[Cell]:
    """Print a sample with --xp, and compare what it does with arrays of NumPy and of others."""
    asked = replace(case.request("callback"), xp=True, timeout=PATIENCE)
    try:
        function = getattr(defined(run(asked, lambda _: None).text), case.name)
    except RefactorError as error:
        yield from (Cell(name, f"{error.reason}. {error.hint}", error.code) for name in MODULES)
        return
    expected = leaves(function, np, case)
    yield from (Cell(name, difference(function, name, case, expected)) for name in MODULES)


def difference(function: Any, name: str, case: Case, expected: list[Any]) -> str:
    """Return in what a function differs that is given the arrays of a module, "" if in nothing."""
    try:
        found = leaves(function, import_module(name), case)
    except Exception as error:  # whatever the module raises is what the table tells
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    return "" if all(map(np.allclose, found, expected)) else "it returns other values"


def leaves(function: Any, module: Any, case: Case) -> list[Any]:
    """Return the value and the gradients of a function of a module's arrays, as NumPy's."""
    ranks = [len(shape) for shape in case.shapes.values()]
    given = [
        module.asarray(value) if rank else float(value)
        for value, rank in zip(arguments(case.name), ranks, strict=True)
    ]
    value, pull = function(*given)
    found = pull(value * 0 + 1)
    gradients = found if isinstance(found, tuple) else (found,)
    return [np.asarray(one) for one in (value, *gradients)]


def cells(case: Case) -> list[Cell]:
    """Return what became of every form of a sample."""
    return [*(in_style(case, style) for style in STYLES), *in_modules(case)]


def main(names: list[str]) -> int:
    """Print the table."""
    import_module("jax").config.update("jax_enable_x64", True)
    print("| | " + " | ".join([*STYLES, *(f"--xp, {name}" for name in MODULES)]) + " |")
    print("|---" * (len(STYLES) + len(MODULES) + 1) + "|")
    reasons, failed = [], False
    for case in CASES:
        if names and case.name not in names:
            continue
        found = cells(case)
        print(f"| {case.name} | " + " | ".join(cell.mark for cell in found) + " |", flush=True)
        told = [cell for cell in found if cell.reason]
        reasons += [f"{case.name}, {cell.column}: {cell.reason}" for cell in told]
        failed |= any(cell.column in (*EVERY, *case.styles) for cell in told)
    print("", *reasons, sep="\n")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
