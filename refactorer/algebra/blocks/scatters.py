"""Arrays of zeros with one value put into each row: summed along the rows they are those values."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from refactorer.algebra.blocks.lines import Line
from refactorer.algebra.normal_form.tensor import Tensor, leaf, moved
from refactorer.algebra.normal_form.terms import single

ZEROS = ("np.zeros_like(", "np.zeros(")


def scatters(
    forward: Sequence[Line], backward: Sequence[Line]
) -> Iterator[tuple[Line, tuple[str, str]]]:
    """The statements by which alone an array gets other values than zero, one in each row.

    `array[rows, columns] = value` where the rows are counted; each with the names of both.
    """
    texts = {line.name: line.text for line in (*forward, *backward) if line.binds}
    puts = [line for line in backward if not line.binds]
    for put in puts:
        match ast.parse(f"{put.code}").body:
            case [
                ast.Assign([ast.Subscript(slice=ast.Tuple([ast.Name(rows), ast.Name(columns)]))])
            ]:
                alone = sum(other.name == put.name for other in puts) == 1
                zeros = texts.get(put.name, "").startswith(ZEROS)
                counted = texts.get(rows, "").startswith("np.arange(") and "," not in texts[rows]
                if alone and zeros and counted:
                    yield put, (rows, columns)


def scattered(name: str, shape: tuple[int, ...], value: Tensor) -> Tensor:
    """The name of a matrix that holds a value for each row somewhere in that row, else zeros."""
    named = leaf(name, shape)
    ((monomial, _),) = named.value.terms
    ((factor, _),) = monomial.powers
    column = moved(value, [*range(value.rank), None]) if value.rank else value
    atom = replace(factor.atom, kind="scatter", arguments=(column.value,))
    return Tensor(single(replace(factor, atom=atom)), shape)
