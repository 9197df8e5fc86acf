"""Shared parts that are cotangents: they get the names these had before they were inlined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from refactorer.algebra.blocks.lines import Line, in_order
from refactorer.algebra.blocks.program import Program
from refactorer.algebra.normal_form.tensor import Tensor

MOST_READ = 60  # lines


def recalled(program: Program, lines: Sequence[Line], inlined: Mapping[str, str]) -> dict[str, str]:
    """The new names in the lines of a backward part, each with the cotangent that it holds.

    `inlined` are the texts of the cotangents that were written where they were read.
    """
    new = [line for line in lines if line.binds and line.name not in program.shapes]
    if not new:
        return {}
    values, cotangents = known(program, lines, inlined)
    found = ((line.name, values.get(line.name)) for line in new)
    return {name: cotangents[value] for name, value in found if value in cotangents}


def known(
    program: Program, lines: Sequence[Line], inlined: Mapping[str, str]
) -> tuple[dict[str, Tensor], dict[Tensor, str]]:
    """The values of the names in the lines, and the cotangents that these bind no more by theirs.

    Nothing is known where that would be long work.
    """
    others = [Line(*item) for item in inlined.items()]
    if len(others) + len(program.backward) > MOST_READ:
        return {}, {}
    new = [line for line in lines if line.binds and line.name not in program.shapes]
    left = {line.name for line in lines} & program.shapes.keys()
    once = {*program.bound_once} - left
    others += [line for line in program.backward if line.name in once]
    values = program.forward_values | {name: program.leaf(name) for name in left}
    for line in in_order([*new, *others]):
        value = program.meaning(line, values)
        values |= {line.name: value} if value is not None else {}
    return values, {values[line.name]: line.name for line in others if line.name in values}
