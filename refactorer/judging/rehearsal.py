"""Runs an emitted test as pytest would, without pytest."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from types import ModuleType
from typing import Any

from refactorer.execution.evaluation import quiet, within

LONGEST = 10.0  # seconds of one run
Row = tuple[str, Sequence[object]]


def rehearsed(test: str, code: str, module: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield what each run of the test is given, and why it fails; empty where it passes.

    The test may import the printed code from a module, which need not be written yet.
    """
    modules = {"pytest": Pytest(), **({module: imported(module, code)} if module else {})}

    def found(name: str, *rest: Any, **named: Any) -> ModuleType:
        return modules[name] if name in modules else builtins.__import__(name, *rest, **named)

    namespace: dict[str, Any] = {"__builtins__": {**vars(builtins), "__import__": found}}
    exec(compile(test, "<test>", "exec", dont_inherit=True), namespace)
    for run, rows in modules["pytest"].tests:
        names = [name for name, _ in rows]
        for values in product(*(choices for _, choices in rows)):
            given = dict(zip(names, values, strict=True))
            yield given, failure(run, given)


def imported(name: str, code: str) -> ModuleType:
    """Return a module that holds the printed code."""
    module = ModuleType(name)
    exec(compile(code, f"<{name}>", "exec", dont_inherit=True), vars(module))
    return module


def failure(run: Callable[..., object], given: Mapping[str, object]) -> str:
    """Return why a test fails; empty if it passes."""
    try:
        with quiet(), within(LONGEST):
            run(**given)
    except Exception as error:  # whatever the printed code raises is a failure of the test
        return f"{type(error).__name__}: {' '.join(str(error).split())}"
    return ""


class Pytest(ModuleType):
    """Stands for pytest: `mark.parametrize` is all that our tests take from it."""

    def __init__(self) -> None:
        super().__init__("pytest")
        self.mark = self
        self.tests: list[tuple[Callable[..., object], list[Row]]] = []

    def parametrize(
        self, name: str, choices: Sequence[object], ids: object = None
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Return a decorator that records the test and its arguments."""

        def noted(test: Callable[..., object]) -> Callable[..., object]:
            if self.tests and self.tests[-1][0] is test:
                self.tests[-1][1].append((name, choices))
            else:
                self.tests.append((test, [(name, choices)]))
            return test

        return noted
