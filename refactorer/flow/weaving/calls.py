"""Calls of the user's own functions: the callback that each returns is called in the reverse."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from refactorer.flow.structure.regions import Call
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven, without_cotangents
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line

FEW = 2  # calls that are given a name, whose parts of its cotangent need not say which


def woven_call(weaver: Weaver, region: Call, after: State) -> Woven:
    """Return a call beside the callback that it returns now, and the call of that."""
    helper = weaver.helpers[region.helper]
    wanted = [target for target in region.targets if target in after]
    given = helper.given(region.arguments)
    pulled = [given.get(name, "") for name in helper.wrt]
    state = without_cotangents(after, region.targets)
    if not helper.wrt:
        return Woven((region.statement,), (), frozenset(), state)
    if not wanted or not any(text in weaver.cotangents for text in pulled):
        return Woven((with_callback_beside(region, unread_name(weaver)),), (), frozenset(), state)
    callback = weaver.names.new(f"backprop_{wanted[0]}", f"pullback_{wanted[0]}")
    targets, sums = targets_and_sums(weaver, pulled, wanted[0], state)
    pulling = line(f"{', '.join(targets)} = {callback}({seed_of(weaver, region, after)})")
    backward = (pulling, *sums)
    return Woven(
        (with_callback_beside(region, callback),), backward, weaver.read_by(backward), state
    )


def seed_of(weaver: Weaver, region: Call, after: State) -> str:
    """Return the text of the cotangent of all that a call returns: zeros where there is none."""
    parts = [
        weaver.cotangents[target] if target in after else weaver.zeros(target)
        for target in region.targets
    ]
    return f"({', '.join(parts)})" if len(parts) > 1 else parts[0]


def targets_and_sums(
    weaver: Weaver, pulled: Sequence[str], output: str, state: dict[str, bool]
) -> tuple[list[str], list[Statement]]:
    """Return the names that take what a callback returns, and the lines that add up some of it.

    `pulled` are the texts of what the function was given, of which the callback returns the
    gradients. The cotangents that there are then are noted in the state.
    """
    targets: list[str] = []
    sums: list[Statement] = []
    for text in pulled:
        own = weaver.cotangents.get(text)
        if own is None:
            targets.append("_")
        elif text in state or own in targets:
            often = weaver.given[text] > FEW
            targets.append(weaver.names.new(f"{own}_{output}" if often else f"{own}_part"))
            sums.append(weaver.added(text, targets[-1], state))
        else:
            targets.append(own)
            state[text] = False
    return targets, sums


def unread_name(weaver: Weaver) -> str:
    """Return a name for what nothing reads, which is none of the user's."""
    return "_" if "_" not in weaver.users else weaver.names.new("callback")


def with_callback_beside(region: Call, callback: str) -> cst.SimpleStatementLine:
    """Return the line of a call, with a name for the callback beside what is returned."""
    statement = cst.ensure_type(region.statement, cst.SimpleStatementLine)
    call = cst.ensure_type(statement.body[0], cst.Assign).value
    many = len(region.targets) > 1
    targets = f"({', '.join(region.targets)})" if many else region.targets[0]
    found = cst.ensure_type(line(f"{targets}, {callback} = {code(call)}"), cst.SimpleStatementLine)
    return found.with_changes(
        leading_lines=statement.leading_lines, trailing_whitespace=statement.trailing_whitespace
    )
