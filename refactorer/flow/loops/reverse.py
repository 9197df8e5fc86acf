"""Loops: the reverse runs over the same turns from the last to the first.

What it needs of a turn is kept in a list, once, unless it can be read elsewhere: from what does not
change in the loop, from what the loop runs over, or from a list that is kept already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.flow.loops.body import entry
from refactorer.flow.loops.cotangents import cleared, counters, left_before, starting_lines
from refactorer.flow.loops.deferred import deferred
from refactorer.flow.loops.iterated import directly, elements, leveled
from refactorer.flow.loops.keeping import Keeping
from refactorer.flow.loops.order import in_any_order
from refactorer.flow.loops.rebuilt import rebuilt
from refactorer.flow.loops.rows import with_rows_set
from refactorer.flow.loops.shortened import shortened
from refactorer.flow.loops.turns import Turns
from refactorer.flow.names import bound_by
from refactorer.flow.structure.lengths import only_measured, steady
from refactorer.flow.structure.regions import Loop, written
from refactorer.flow.tidying.copies import with_one_name
from refactorer.flow.weaving.branches import counting
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven
from refactorer.syntax.dataflow import bound
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement


def woven_loop(weaver: Weaver, loop: Loop, after: State) -> Woven:
    """Return a loop and its reverse."""
    at_end = weaver.demand.at_end(loop, frozenset(after))
    if at_end.isdisjoint(written(loop)):
        return Woven((loop.statement,), (), frozenset(), after)
    first, state = starting_lines(weaver, loop, after)
    body = woven_body(weaver, loop, state)
    first += counters(weaver, body)
    found = leveled(weaver, loop)
    given, last = elements(weaver, loop, body, found)
    turn = [*directly(body.backward, last), *cleared(weaver, loop, body, state)]
    measured = measured_behind(turn, body, weaver)
    turn = [renamed(s, measured) for s in turn]
    body = without_names(body, measured)
    final = left_before(weaver, loop, body, state, given)
    free = in_any_order(turn, [weaver.cotangents[n] for n in {*final, *after}])
    needed = (body.reads | weaver.read_by(turn)) - steady(only_measured(turn), weaver.visits)
    kept = Keeping(weaver, loop, body, found, needed, given, free, after).kept(turn)
    turn = [*shortened(weaver, loop, kept, turn), *kept.last]
    turns = Turns((*first, *kept.first), tuple(kept.heads), tuple(turn))
    backward = reverse(weaver, loop, body, turns, free)
    forward = rebuilt(loop, [*kept.body], kept.ends)
    around = {count: name for count, name in body.counted.items() if name in weaver.outer}
    reads = weaver.read_by(backward) - around.keys()
    return Woven((*kept.before, forward), tuple(backward), reads, final, counted=around)


def measured_behind(turn: Sequence[Statement], body: Woven, weaver: Weaver) -> Mapping[str, str]:
    """Return the names of what a turn began with that only its shape is read of.

    With each comes the name that holds the last value: where all of its values have one shape.
    """
    sources = ((name, entry(name, [*body.forward]) or "") for name in only_measured(turn))
    return {name: source for name, source in sources if steady([source], weaver.visits)}


def without_names(body: Woven, names: Collection[str]) -> Woven:
    """Return the body of a loop that keeps nothing under some names."""
    forward = tuple(s for s in body.forward if bound(s) not in names)
    return replace(body, forward=forward, reads=body.reads.difference(names))


def woven_body(weaver: Weaver, loop: Loop, state: State) -> Woven:
    """Return the body of a loop and its reverse.

    The cotangents of a list are counted where not every turn of this loop appends one value to it.
    """
    body = weaver.within(loop).suite(loop.body, state)
    body = with_one_name(body, weaver.names.taken - weaver.users)
    mixed = {*body.counted.values()}.intersection(body.drawn.values())
    if mixed or not weaver.outer.isdisjoint(body.drawn.values()):
        return counting(weaver, body)
    return body


def reverse(weaver: Weaver, loop: Loop, body: Woven, turns: Turns, free: bool) -> list[Statement]:
    """Return the lines of the reverse of a loop, in whose order turns may run if it is `free`."""
    unset = written(loop) | bound_by(body.forward)
    probe = weaver.probe_of(body.forward)
    found = with_rows_set(deferred(turns, probe, weaver.names, weaver.numpy, unset))
    otherwise = code(loop.statement.iter) if isinstance(loop.statement, cst.For) else ""
    return found.loop(weaver.names, otherwise, free)
