"""Loops: the reverse runs over the same turns from the last to the first.

What it needs of a turn is kept in a list, once, unless it can be read elsewhere: from what does not
change in the loop, from what the loop runs over, or from a list that is kept already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import libcst as cst
import numpy as np

from refactorer.flow.loops.body import entry
from refactorer.flow.loops.deferred import deferred
from refactorer.flow.loops.keeping import Keeping, Kept
from refactorer.flow.loops.order import in_any_order
from refactorer.flow.loops.recomputed import is_sum, is_view, reads_integers, sunk
from refactorer.flow.loops.rows import with_rows_set
from refactorer.flow.loops.turns import Turns
from refactorer.flow.names import bound_by, read_in
from refactorer.flow.structure.activity import targets
from refactorer.flow.structure.heads import Item, items
from refactorer.flow.structure.lengths import only_measured, steady, with_lengths
from refactorer.flow.structure.regions import (
    Loop,
    Pick,
    Put,
    Straight,
    every,
    read,
    written,
)
from refactorer.flow.tidying.copies import with_one_name
from refactorer.flow.tidying.folding import with_values
from refactorer.flow.tidying.rebinding import with_sums_once
from refactorer.flow.weaving.assembly import added
from refactorer.flow.weaving.branches import counting
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven
from refactorer.printing.pullback import SHORT
from refactorer.syntax.dataflow import bound, bound_in, reads, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import renamed
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, line, statement_by

OVER = "Loop over an array, or over range(...) with an index"


def woven_loop(weaver: Weaver, loop: Loop, after: State) -> Woven:
    """Return a loop and its reverse."""
    at_end = weaver.demand.at_end(loop, frozenset(after))
    if at_end.isdisjoint(written(loop)):
        return Woven((loop.statement,), (), frozenset(), after)
    first, state = started(weaver, loop, after)
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
    kept = Keeping(weaver, loop, body, needed, given, found, free, after).kept(turn)
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


def left_before(
    weaver: Weaver, loop: Loop, body: Woven, state: State, given: Collection[str]
) -> dict[str, bool]:
    """Return the cotangents that there are before a loop; rows were added to those of `given`."""
    found = {n: owned for n, owned in body.before.items() if n not in targets(loop)}
    others = (*given, *passing(weaver, loop, body, state))
    return found | {n: state[n] for n in others if n in state}


def shortened(weaver: Weaver, loop: Loop, kept: Kept, turn: Sequence[Statement]) -> list[Statement]:
    """Return the reverse of a turn with what it runs again, and no more names than it needs."""
    again = [row.statement for row in kept.again if bound(row.statement) not in weaver.users]
    found = [renamed(s, kept.names) for s in sunk(kept.again, turn)]
    found = with_lengths(found, again, loop, weaver.visits)
    found = inlined(found, short(weaver, again, found))
    return with_sums_once(found, weaver.names)


def reverse(weaver: Weaver, loop: Loop, body: Woven, turns: Turns, free: bool) -> list[Statement]:
    """Return the lines of the reverse of a loop, in whose order turns may run if it is `free`."""
    unset = written(loop) | bound_by(body.forward)
    probe = weaver.probe_of(body.forward)
    found = with_rows_set(deferred(turns, probe, weaver.names, weaver.numpy, unset))
    otherwise = code(loop.statement.iter) if isinstance(loop.statement, cst.For) else ""
    return found.loop(weaver.names, otherwise, free)


def short(weaver: Weaver, again: Sequence[Statement], turn: Sequence[Statement]) -> frozenset[str]:
    """Return the names whose values go where they are read: views, sums, what is short."""
    counted = sum((reads(statement) for statement in turn), Counter[str]())

    def counts(value: cst.BaseExpression) -> bool:
        return is_sum(value) and reads_integers(value, weaver.visits)

    values = {bound(s) or "": value_of(s) for s in again}
    binds = Counter(name for s in turn for name in bound_in(s))
    lines = [s for s in turn if binds[bound(s) or ""] == 1]
    sums = [s for s in lines if isinstance(value_of(s), cst.BinaryOperation)]
    sizes = frozenset(bound(s) or "" for s in sums if counts(value_of(s)))
    return sizes | frozenset(
        name
        for name, value in values.items()
        if is_view(value) or counts(value) or (counted[name] == 1 and len(code(value)) <= SHORT)
    )


def inlined(turn: Sequence[Statement], names: frozenset[str]) -> list[Statement]:
    """Return the lines of a turn with the values of names in their places."""
    values: dict[str, cst.BaseExpression] = {}
    found = []
    for statement in turn:
        put = with_values(statement, values)
        name = bound(put)
        if name in names:
            assert name is not None
            values[name] = value_of(put)
        else:
            found.append(put)
    return found


def started(weaver: Weaver, loop: Loop, after: State) -> tuple[list[Statement], dict[str, bool]]:
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


def iterated(weaver: Weaver, loop: Loop, after: State) -> set[str]:
    """Return the arrays to the rows of which the turns of a loop add cotangents."""
    inside = weaver.demand.before_all(loop.body, weaver.demand.at_end(loop, frozenset(after)))
    heads = items(loop.statement) if isinstance(loop.statement, cst.For) else ()
    return {item.elements for item in heads if not item.counts and item.target in inside}


def leveled(weaver: Weaver, loop: Loop) -> tuple[Item, ...]:
    """Return the targets of a loop; what is longer than the shortest of a `zip` is cut to that."""
    found = items(loop.statement) if isinstance(loop.statement, cst.For) else ()
    held = {i.elements: weaver.visits.last(i.elements) for i in found if not i.counts}
    sizes = {n: len(v) for n, v in held.items() if has_items(v)}
    if len({*sizes.values()}) < 2:
        return found
    return tuple(
        replace(i, others=tuple(n for n in sizes if n != i.elements)) if i.elements in sizes else i
        for i in found
    )


def has_items(value: object) -> bool:
    """Tell whether a value is an array with axes, or a list: its items may differ in shape."""
    return isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 0)


def elements(
    weaver: Weaver, loop: Loop, body: Woven, found: Sequence[Item]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return indices for the arrays that are iterated over, and where parts of theirs belong."""
    given: dict[str, str] = {}
    last: dict[str, str] = {}
    known = {item.target for item in found if item.elements in weaver.cotangents}
    if missing := sorted((body.before.keys() & targets(loop)) - known):
        raise weaver.refuse(loop.statement, f"what `{missing[0]}` runs over is not taken", OVER)
    for item in found:
        if item.counts or item.target not in body.before:
            continue
        alike = [i.elements for i in found if i.falls == item.falls and i.elements in given]
        given[item.elements] = given[alike[0]] if alike else index_of(weaver, loop)
        place = f"{weaver.cotangents[item.elements]}[{given[item.elements]}]"
        last[weaver.cotangents[item.target]] = place
    return given, last


def directly(turn: Sequence[Statement], last: Mapping[str, str]) -> list[Statement]:
    """Return the lines of a turn that add cotangents to the places where they belong.

    One that is set once and not read is added where it is computed.
    """
    found = [*turn]
    for name, place in last.items():
        setting = [s for s in found if name in bound_by([s])]
        alone = len(setting) == 1 and bound(setting[0]) == name and name not in read_in(found)
        if alone:
            put = added(place, code(value_of(setting[0])), in_place=True)
            found[found.index(setting[0])] = put
        else:
            found.append(line(f"{place} += {name}"))
    return found


def index_of(weaver: Weaver, loop: Loop) -> str:
    """Return a name for the number of a turn."""
    assert isinstance(loop.statement, cst.For)
    counts = [i.target for i in items(loop.statement) if i.counts and "range(len(" in i.elements]
    return counts[0] if counts else weaver.names.new("i", "k", "turn")


def cleared(weaver: Weaver, loop: Loop, body: Woven, state: State) -> Iterator[Statement]:
    """Yield lines after which nothing is left of cotangents that belong to the last turn alone."""
    for name in last_alone(loop, body, state):
        own = weaver.cotangents[name]
        yield line(f"{own} = {weaver.numpy}.zeros_like({own})")


def last_alone(loop: Loop, body: Woven, state: State) -> list[str]:
    """Return the names whose cotangents after the loop belong to the last turn alone."""
    return sorted((state.keys() & written(loop)) - body.before.keys() - targets(loop))


def passing(weaver: Weaver, loop: Loop, body: Woven, state: State) -> list[str]:
    """Return those of these names that were set before the loop, if it may have no turn at all."""
    found = [name for name in last_alone(loop, body, state) if name in weaver.earlier]
    return [] if has_turns(loop) else found


def has_turns(loop: Loop) -> bool:
    """Tell whether a loop has a turn for sure: its head counts them."""
    match loop.statement:
        case cst.For(iter=cst.Call(func=cst.Name("range"), args=[cst.Arg(cst.Integer(count))])):
            return int(count) > 0
    return False


def rebuilt(loop: Loop, body: Sequence[Statement], ends: Sequence[Statement]) -> Statement:
    """Return the loop of the function; what is kept is kept before it is left early, too."""
    put = [with_ends(statement, ends) for statement in body]
    return loop.statement.with_changes(body=cst.IndentedBlock([*put, *ends]))


def with_ends(statement: Statement, ends: Sequence[Statement]) -> Statement:
    """Return a statement that ends a turn only after what stands at its end."""
    if not isinstance(statement, cst.If) or not ends:
        return statement
    return statement_by(BeforeJumps(ends), statement)


class BeforeJumps(Transformer):
    """Puts statements before the jumps of one loop."""

    def __init__(self, ends: Sequence[Statement]) -> None:
        super().__init__()
        self.ends = ends

    def visit_For(self, node: cst.For) -> bool:  # noqa: N802
        return False

    def visit_While(self, node: cst.While) -> bool:  # noqa: N802
        return False

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = updated_node.body
        last = body[-1]
        match last:
            case cst.SimpleStatementLine(body=[cst.Break() | cst.Continue()]):
                return updated_node.with_changes(body=[*body[:-1], *self.ends, last])
        return updated_node
