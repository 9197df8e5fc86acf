"""Calls of the user's own functions: the callback that each returns is called in the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from refactorer.flow.structure.regions import Call
from refactorer.flow.weaving.woven import State, Woven
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import line

if TYPE_CHECKING:
    from refactorer.flow.weaving.weaver import Weaver


FEW = 2  # calls that are given a name, whose parts of its cotangent need not say which


@dataclass(frozen=True)
class Helper:
    """A function of the user's: its parameters, and those whose gradients its callback returns."""

    name: str
    parameters: tuple[str, ...]
    wrt: tuple[str, ...]

    def given(self, arguments: tuple[cst.Arg, ...]) -> dict[str, str]:
        """Return the text of what each parameter is given."""
        return dict(self.bound(arguments))

    def bound(self, arguments: tuple[cst.Arg, ...]) -> Iterator[tuple[str, str]]:
        """Yield each parameter that is given something, and that."""
        for place, arg in enumerate(arguments):
            name = arg.keyword.value if arg.keyword else self.parameters[place]
            yield name, code(arg.value)


def woven_call(weaver: Weaver, region: Call, after: State) -> Woven:
    """Return a call beside the callback that it returns now, and the call of that."""
    helper = weaver.helpers[region.helper]
    wanted = [target for target in region.targets if target in after]
    given = helper.given(region.arguments)
    pulled = [given.get(name, "") for name in helper.wrt]
    state = {name: owned for name, owned in after.items() if name not in region.targets}
    if not helper.wrt:
        return Woven((region.statement,), (), frozenset(), state)
    if not wanted or not any(text in weaver.cotangents for text in pulled):
        return Woven((beside(region, "_"),), (), frozenset(), state)
    callback = weaver.names.new(f"backprop_{wanted[0]}", f"pullback_{wanted[0]}")
    seed = ", ".join(
        weaver.cotangents[target] if target in after else weaver.zeros(target)
        for target in region.targets
    )
    seed = f"({seed})" if len(region.targets) > 1 else seed
    targets, sums = [], []
    for text in pulled:
        own = weaver.cotangents.get(text)
        if own is None:
            targets.append("_")
        elif text in state or own in targets:
            often = weaver.given[text] > FEW
            part = weaver.names.new(f"{own}_{wanted[0]}" if often else f"{own}_part")
            targets.append(part)
            sums.append(weaver.added(text, part, state))
        else:
            targets.append(own)
            state[text] = False
    backward = [line(f"{', '.join(targets)} = {callback}({seed})"), *sums]
    return Woven((beside(region, callback),), tuple(backward), weaver.read_by(backward), state)


def beside(region: Call, callback: str) -> cst.SimpleStatementLine:
    """Return the line of a call, with a name for the callback beside what is returned."""
    statement = cst.ensure_type(region.statement, cst.SimpleStatementLine)
    call = cst.ensure_type(statement.body[0], cst.Assign).value
    many = len(region.targets) > 1
    targets = f"({', '.join(region.targets)})" if many else region.targets[0]
    found = cst.ensure_type(line(f"{targets}, {callback} = {code(call)}"), cst.SimpleStatementLine)
    return found.with_changes(
        leading_lines=statement.leading_lines, trailing_whitespace=statement.trailing_whitespace
    )
