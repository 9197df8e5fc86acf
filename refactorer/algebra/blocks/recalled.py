"""Which shared parts are cotangents that were written where they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from refactorer.algebra.blocks.lines import Line, in_order
from refactorer.algebra.blocks.program import Program

MOST_READ = 60  # lines


def recalled(program: Program, lines: Sequence[Line], inlined: Mapping[str, str]) -> dict[str, str]:
    """The new names in the lines of a backward part, each with the cotangent that it holds.

    `inlined` are the texts of the cotangents that were written where they were read.
    """
    new = [line for line in lines if line.binds and line.name not in program.shapes]
    others = [Line(*item) for item in inlined.items()]
    if not new or len(others) + len(program.backward) > MOST_READ:
        return {}
    left = {line.name for line in lines} & program.shapes.keys()
    once = {*program.bound_once} - left
    others += [line for line in program.backward if line.name in once]
    values = program.forward_values | {name: program.leaf(name) for name in left}
    for line in in_order([*new, *others]):
        value = program.meaning(line, values)
        values |= {line.name: value} if value is not None else {}
    cotangents = {values[line.name]: line.name for line in others if line.name in values}
    found = ((line.name, values.get(line.name)) for line in new)
    return {name: cotangents[value] for name, value in found if value in cotangents}
