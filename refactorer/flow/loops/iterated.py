"""What a loop runs over: cotangents of its items are added to the cotangent of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import libcst as cst
import numpy as np

from refactorer.flow.names import bound_by, read_in
from refactorer.flow.structure.demand import targets
from refactorer.flow.structure.heads import Item, items
from refactorer.flow.structure.regions import Loop
from refactorer.flow.weaving.assembly import line_adding
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven
from refactorer.syntax.dataflow import bound, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line

OVER = "Loop over an array, or over range(...) with an index"


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
            put = line_adding(place, code(value_of(setting[0])), in_place=True)
            found[found.index(setting[0])] = put
        else:
            found.append(line(f"{place} += {name}"))
    return found


def index_of(weaver: Weaver, loop: Loop) -> str:
    """Return a name for the number of a turn."""
    assert isinstance(loop.statement, cst.For)
    counts = [i.target for i in items(loop.statement) if i.counts and "range(len(" in i.elements]
    return counts[0] if counts else weaver.names.new("i", "k", "turn")
