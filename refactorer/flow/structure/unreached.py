"""Sides of branches that no input reaches: their conditions are forced to look at them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field

from refactorer.execution.evaluation import bound, copied, quiet, telling
from refactorer.flow.structure.visits import Locals, Runs, Visits, visits
from refactorer.judging.forced import Side, is_settable

MOST = 12  # conditions that are set
Ways = tuple[tuple[int, bool], ...]  # the lines of conditions, and whether those hold


@dataclass(frozen=True)
class Reached:
    """What names hold at each line, and the conditions that had to be forced to get there.

    Each row of `sides` holds the conditions around one side of a branch, the outer first. `met` are
    those that some inputs fulfil, but only ones with sizes that are one or equal.
    """

    visits: Visits
    sides: tuple[tuple[Side, ...], ...] = ()
    met: frozenset[tuple[Side, ...]] = frozenset()


def reached(
    tree: ast.Module, function_of: Callable[[ast.Module], Callable[..., object]], runs: Runs
) -> Reached:
    """Return what names hold at each line of a function, also on sides that no run reaches."""
    plain = function_of(tree)
    runs = [run for run in runs if completes(plain, run)] or runs
    whole, most = visits(function_of(tree), runs), telling(runs)
    seen = visits(function_of(tree), most)
    forcing = Forcing(tree, function_of, most, whole.at, dict(seen.at), [*whole.runs])
    tried: set[Ways] = set()
    for _ in range(MOST):
        ways = next(
            (w for w in unreached(tree, forcing.at, forcing.around) if w not in tried), None
        )
        if ways is None:
            break
        tried.add(ways)
        forcing.force(ways)
    return Reached(
        Visits({**whole.at, **forcing.at}, forcing.seen),
        tuple(forcing.sides),
        frozenset(forcing.met),
    )


@dataclass
class Forcing:
    """What is known so far of the lines of a function, as sides of branches are forced.

    `whole` is what names held at each line in all runs, `at` what they hold in `runs`, whose sizes
    tell axes apart, and in forced ones. `around` are the conditions that were set to get to a line.
    """

    tree: ast.Module
    function_of: Callable[[ast.Module], Callable[..., object]]
    runs: Runs
    whole: Mapping[int, Sequence[Locals]]
    at: dict[int, Sequence[Locals]]
    seen: list[Mapping[int, Sequence[Locals]]]
    around: dict[int, Ways] = field(default_factory=dict)
    sides: list[tuple[Side, ...]] = field(default_factory=list)
    met: set[tuple[Side, ...]] = field(default_factory=set)

    def force(self, ways: Ways) -> None:
        """Look at the lines that are reached once conditions are set."""
        function = self.function_of(with_ways(self.tree, ways))
        forced = visits(function, self.runs)
        new = {line for line in forced.at if line and line not in self.at}
        if self.whole.keys() >= new and not any(completes(function, run) for run in self.runs):
            # It wants other shapes: it is seen as it was reached at those.
            self.at |= {line: rows for line, rows in self.whole.items() if line not in self.at}
            return
        self.seen += forced.runs
        self.around |= dict.fromkeys(new, ways)
        if new:
            # What follows may hold something else, too: a sum of turns that none began is 0.
            lines = {*self.at, *forced.at}
            self.at = {n: [*self.at.get(n, ()), *forced.at.get(n, ())] for n in lines}
            self.sides.append(tuple(conditions_at(self.tree, ways)))
            self.met |= {self.sides[-1]} if self.whole.keys() >= new else set()


def completes(function: Callable[..., object], run: Mapping[str, object]) -> bool:
    """Tell whether a function returns from a run."""
    with quiet(), suppress(Exception):  # the user's own
        bound(function)({name: copied(value) for name, value in run.items()})
        return True
    return False


def unreached(
    tree: ast.Module, at: Mapping[int, object], around: Mapping[int, Ways]
) -> Iterator[Ways]:
    """Yield the conditions to set for each side whose branch is reached, but not its lines."""
    behind = {node.lineno: rest for node, rest in behind_jumps(tree)}
    for node in branches(tree):
        otherwise = node.orelse or behind.get(node.lineno, [])
        for block, holds in ((node.body, True), (otherwise, False)):
            computes = bool(block) and not isinstance(block[0], ast.Raise | ast.Pass)
            settable = is_settable(ast.unparse(node.test)) or is_flag(tree, node.test)
            if computes and settable and node.lineno in at and block[0].lineno not in at:
                yield (*around.get(node.lineno, ()), (node.lineno, holds))


def behind_jumps(tree: ast.Module) -> Iterator[tuple[ast.If, list[ast.stmt]]]:
    """Yield the branches that end a turn of a loop, and what stands behind them in it."""
    for node in ast.walk(tree):
        for suite in (getattr(node, "body", None), getattr(node, "orelse", None)):
            for place, statement in enumerate(suite if isinstance(suite, list) else ()):
                match statement:
                    case ast.If(body=[*_, ast.Break() | ast.Continue()], orelse=[]):
                        yield statement, suite[place + 1 :]  # type: ignore[index]


def is_flag(tree: ast.Module, test: ast.expr) -> bool:
    """Tell whether a condition is a parameter that is nothing but asked, as a branch asks it."""
    parameters = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == ast.unparse(test)]
    asked = [node.test for node in branches(tree)]
    return ast.unparse(test) in parameters and all(name in asked for name in names)


def branches(tree: ast.Module) -> Iterator[ast.If]:
    """Yield the branches of a function."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.If))


def with_ways(tree: ast.Module, ways: Ways) -> ast.Module:
    """Return a function in which the conditions at some lines are set."""
    copied = deepcopy(tree)
    for node in branches(copied):
        if node.lineno in dict(ways):
            node.test = ast.copy_location(ast.Constant(dict(ways)[node.lineno]), node.test)
    return copied


def conditions_at(tree: ast.Module, ways: Ways) -> Iterator[Side]:
    """Yield the texts of the conditions at some lines, and whether they hold."""
    tests = {node.lineno: ast.unparse(node.test) for node in branches(tree)}
    yield from ((tests[line], holds) for line, holds in ways)
