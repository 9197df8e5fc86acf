"""Lists that are appended to: each value gets its part of the cotangent of the list."""

from __future__ import annotations

import numpy as np

from refactorer.flow.structure.regions import Append, Gather, Listed
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven, without_cotangents
from refactorer.syntax.suites import line


def woven_append(weaver: Weaver, region: Append, after: State) -> Woven:
    """Return `sequence.append(value)`: the value gets its part of the cotangent of the list."""
    own, state = weaver.cotangents[region.value], dict(after)
    if region.value not in state and weaver.turning:
        state[region.value] = False
        return Woven((region.statement,), (), frozenset(), state, {own: region.sequence})
    part = weaver.names.new(f"{own}_part", f"d_{region.value}_t")
    backward = (weaver.added(region.value, part, state),)
    drawn = {part: region.sequence}
    return Woven((region.statement,), backward, frozenset(), state, drawn)


def woven_gather(weaver: Weaver, region: Gather, after: State) -> Woven:
    """Return `target = np.stack(sequence)`: the cotangent of the array is that of the list."""
    state = without_cotangents(after, {region.target})
    state[region.sequence] = False
    d_list, d_array = weaver.cotangents[region.sequence], weaver.cotangents[region.target]
    values = weaver.visits.last(region.sequence)
    rank = np.ndim(values[0]) if isinstance(values, list) and values else 0
    text = parts_of(d_array, region, rank, weaver.numpy)
    if region.sequence in after:
        text = f"[part + more for part, more in zip({d_list}, {text})]"
    backward = (line(f"{d_list} = {text}"),)
    return Woven((region.statement,), backward, weaver.read_by(backward), state)


def woven_listed(weaver: Weaver, region: Listed, after: State) -> Woven:
    """Return `sequence = [a, b]`: they get the first parts of its cotangent."""
    d_list, state = weaver.cotangents[region.sequence], dict(after)
    items = [(k, name) for k, name in enumerate(region.items) if name in weaver.cotangents]
    backward = [weaver.added(name, f"{d_list}[{k}]", state) for k, name in items]
    return Woven(
        (region.statement,),
        tuple(backward),
        frozenset(),
        without_cotangents(state, {region.sequence}),
    )


def parts_of(text: str, gather: Gather, rank: int, numpy: str) -> str:
    """Return the cotangents of the values in a list, from that of what is made of them.

    `rank` is that of each value.
    """
    name, how, axis = gather.sequence, gather.how, gather.axis
    if how == "sum":
        return f"[{text}] * len({name})"
    if how == "first":
        zeros = f"{numpy}.zeros_like({text})" if rank else "0.0"
        return f"[{text}] + [{zeros}] * (len({name}) - 1)"
    if how in ("stack", "array", "asarray") or (how == "vstack" and rank < 2):
        return f"{numpy}.moveaxis({text}, {axis}, 0)" if axis else text
    along = 1 if how == "hstack" and rank > 1 else axis
    size = f"part.shape[{along}]" if along else "len(part)"
    ends = f"{numpy}.cumsum([{size} for part in {name}])[:-1]"
    return f"{numpy}.split({text}, {ends}{f', axis={along}' if along else ''})"
