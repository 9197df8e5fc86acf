"""The cotangents with which the reverse of a loop starts, and those that it leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import libcst as cst

from refactorer.flow.loops.iterated import iterated
from refactorer.flow.structure.demand import targets
from refactorer.flow.structure.regions import Loop, Pick, Put, Straight, every, read, written
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven
from refactorer.syntax.suites import Statement, line


def left_before(
    weaver: Weaver, loop: Loop, body: Woven, state: State, given: Collection[str]
) -> dict[str, bool]:
    """Return the cotangents that there are before a loop; rows were added to those of `given`."""
    found = {n: owned for n, owned in body.before.items() if n not in targets(loop)}
    others = (*given, *kept_without_turns(weaver, loop, body, state))
    return found | {n: state[n] for n in others if n in state}


def starting_lines(
    weaver: Weaver, loop: Loop, after: State
) -> tuple[list[Statement], dict[str, bool]]:
    """Return the lines that start the cotangents which the loop adds to, and the state then."""
    wanted = weaver.demand.at_end(loop, frozenset(after)) | weaver.demand.before(
        loop, frozenset(after)
    )
    state, first = dict(after), []
    put = {r.array for r in every(loop.body) if isinstance(r, Put)}
    picked = {r.array for r in every(loop.body) if isinstance(r, Pick)}
    for name in weaver.in_order(wanted - set(after) - targets(loop)):
        first.append(line(f"{weaver.cotangents[name]} = {weaver.zeros(name, loop.line)}"))
        state[name] = True
    wiped = {r.array for r in every(loop.body) if r in weaver.items.wiping and isinstance(r, Put)}
    own = {n for r in every(loop.body) if isinstance(r, Straight | Pick) for n in read(r)}
    rows = iterated(weaver, loop, after)
    for name in sorted((put | picked | rows) & state.keys() - (written(loop) - put)):
        if name in wiped or name in own or name in rows:
            first += weaver.ours(name, state)
    carried = written(loop) - put
    return first, {n: owned and n not in carried for n, owned in state.items()}


def counters(weaver: Weaver, body: Woven) -> list[Statement]:
    """Return the lines that count the values of lists to which some turns append."""
    return [
        line(f"{count} = len({sequence})")
        for count, sequence in body.counted.items()
        if sequence not in weaver.outer
    ]


def cleared(weaver: Weaver, loop: Loop, body: Woven, state: State) -> Iterator[Statement]:
    """Yield lines after which nothing is left of cotangents that belong to the last turn alone."""
    for name in last_alone(loop, body, state):
        own = weaver.cotangents[name]
        yield line(f"{own} = {weaver.numpy}.zeros_like({own})")


def last_alone(loop: Loop, body: Woven, state: State) -> list[str]:
    """Return the names whose cotangents after the loop belong to the last turn alone."""
    return sorted((state.keys() & written(loop)) - body.before.keys() - targets(loop))


def kept_without_turns(weaver: Weaver, loop: Loop, body: Woven, state: State) -> list[str]:
    """Return those of these names that were set before the loop, if it may have no turn at all."""
    found = [name for name in last_alone(loop, body, state) if name in weaver.earlier]
    return [] if has_turns(loop) else found


def has_turns(loop: Loop) -> bool:
    """Tell whether a loop has a turn for sure: its head counts them."""
    match loop.statement:
        case cst.For(iter=cst.Call(func=cst.Name("range"), args=[cst.Arg(cst.Integer(count))])):
            return int(count) > 0
    return False
