"""`array[index] = value` and `target = array[index]`: cotangents of parts of arrays."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from refactorer.execution.evaluation import quiet
from refactorer.flow.names import loads
from refactorer.flow.structure.regions import Pick, Put
from refactorer.flow.structure.visits import Visits
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven, without_cotangents
from refactorer.syntax.renaming import replaced_text
from refactorer.syntax.suites import Statement, line

NUMPY = {"np": np, "numpy": np}


def woven_put(weaver: Weaver, region: Put, after: State) -> Woven:
    """Return a value that is put into an array, and its reverse.

    What was there before has no part in the output, so its cotangent is zero.
    """
    own = weaver.cotangents[region.array]  # of the same shape, which an index may ask for
    there = replaced_text(f"{region.array}[{region.index}]", {region.array: own})
    place = own if region.index == "..." else there
    backward: list[Statement] = []
    state = dict(after)
    over = region in weaver.items.wiping
    if region.value in weaver.cotangents:
        text = cotangent_of_put(place, region, weaver.visits, weaver.numpy)
        # A part of what changes behind it has to be a copy.
        changes = over or region.array not in weaver.items.settled
        view = changes and text == place and region.value not in state
        view = view and ("..." in region.index or is_ever_view(weaver.visits, region))
        backward.append(weaver.added(region.value, f"{text}.copy()" if view else text, state))
    if over:
        backward = [*weaver.ours(region.array, state), *backward, line(f"{there} = 0")]
    return Woven((region.statement,), tuple(backward), weaver.read_by(backward), state)


def woven_pick(weaver: Weaver, region: Pick, after: State) -> Woven:
    """Return `target = array[index]`: the cotangent is added to that of the array, there."""
    state = without_cotangents(after, {region.target})
    place = f"{weaver.cotangents[region.array]}[{region.index}]"
    sign, first = "+=", []
    if region.array in state:
        first = weaver.ours(region.array, state)
    else:
        sign, state[region.array] = "=", True
        zeros = weaver.zeros(region.array, region.line)
        first = [line(f"{weaver.cotangents[region.array]} = {zeros}")]
    backward = (*first, line(f"{place} {sign} {weaver.cotangents[region.target]}"))
    return Woven((region.statement,), backward, weaver.read_by(backward), state)


def cotangent_of_put(place: str, region: Put, visits: Visits, numpy: str) -> str:
    """Return the cotangent of a value that may be broadcast where it is put."""
    value = np.shape(visits.there(region.value, region.line))
    there = shape_there(visits, region)
    if there is None or value == there:
        return place
    lead = len(there) - len(value)
    ones = [k + lead for k, n in enumerate(value) if n == 1 and there[k + lead] > 1]
    axes = (*range(lead), *ones)
    if not axes:  # a slice by numbers that have changed since may be empty now
        return place
    if len(axes) == len(there):
        return f"{numpy}.sum({place})"
    kept = ", keepdims=True" if ones else ""
    return f"{numpy}.sum({place}, axis={axes if len(axes) > 1 else axes[0]}{kept})"


def shape_there(visits: Visits, region: Put) -> tuple[int, ...] | None:
    """Return the shape of what is at an index; None where the index holds at no value."""
    text = f"{region.array}[{region.index}]"
    names = {name: visits.there(name, region.line) for name in loads(text) - NUMPY.keys()}
    try:
        with quiet():
            found: tuple[int, ...] = np.shape(eval(text, dict(NUMPY), names))
    except (IndexError, TypeError, NameError):
        return None
    return found


def is_ever_view(visits: Visits, region: Put) -> bool:
    """Tell whether what is at an index ever changes with the array.

    Its name may hold another value later.
    """
    text = f"{region.array}[{region.index}]"
    names, code = loads(text) - NUMPY.keys(), compile(text, "<index>", "eval")
    rows = (row for seen in visits.at.values() for row in seen if row.keys() >= names)
    with quiet():
        for row in rows:
            with suppress(IndexError, TypeError, NameError):
                part = eval(code, dict(NUMPY), dict(row))
                if np.ndim(part) and np.may_share_memory(part, row[region.array]):
                    return True
    return False
