"""A division by one entry of an array, lifted to a division by the whole array.

The cotangent of p in log(p[i, j]) is g / p[i, j] at i, j and zero elsewhere. That is a / p, where a
is g at i, j and zero elsewhere. Times p, as in the gradient of a softmax, it is a: the division is
gone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from refactorer.algebra.blocks.lines import Line, names_in
from refactorer.algebra.blocks.program import Program
from refactorer.algebra.blocks.scatters import scatters
from refactorer.algebra.blocks.values import Shape

LIFTED = "lifted"


def lifted(program: Program) -> Iterator[Program]:
    """Yield, for each value put into zeros, the program in which its division is lifted."""
    for put, _ in scatters(program.forward, program.backward):
        read = read_for(put, program.backward)
        for line in program.forward:
            if line.name in read and (array := picked_from(line, put, program)):
                yield divided_after(program, put, line.name, array)


def read_for(put: Line, lines: Sequence[Line]) -> set[str]:
    """All that is read for what is put, by way of other names too."""
    read = set(put.reads)
    for line in reversed(lines):
        read |= line.reads.keys() if line.name in read else set()
    return read


def picked_from(line: Line, put: Line, program: Program) -> str:
    """The array of which a line picks what stands where something is put, "" if it does not."""
    index = put.head.removeprefix(put.name).removesuffix(" = ")
    array = line.text.removesuffix(index)
    alike = program.shapes.get(array) == program.shapes[put.name]
    return array if array + index == line.text and alike else ""


def divided_after(program: Program, put: Line, picked: str, array: str) -> Program:
    """The program in which what is put is not yet divided by what was picked from the array."""
    name = next(name for i in count() if (name := f"{LIFTED}{i}") not in program.shapes)
    lines = list[Line]()
    for line in program.backward:
        if line == put:
            head = f"{name}{put.head.removeprefix(put.name)}"
            lines += [Line(name, f"({put.text}) * {picked}", head)]
            lines += [Line(put.name, f"{name} / {array}")]
        else:
            made = line.name == put.name and line.binds
            lines.append(replace(line, name=name) if made else line)
    shapes = {**program.shapes, name: program.shapes[put.name]}
    return replace(program, backward=lines, shapes=shapes, known={})


def divides_lifted(text: str, shapes: Mapping[str, Shape]) -> bool:
    """Whether a text divides what holds a lifted array by what may be of its shape."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            above, below = names_in(ast.unparse(node.left)), names_in(ast.unparse(node.right))
            own = [shapes[name] for name in above if name.startswith(LIFTED)]
            if own and any(shapes.get(name, own[0]) in own for name in below):
                return True
    return False
