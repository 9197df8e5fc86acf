"""The whole numbers that a function is written with: sizes that some of its arguments must have."""

from __future__ import annotations

import dis
from collections.abc import Iterator, Sequence
from itertools import combinations
from types import CodeType

from refactorer.arguments.dims import Dims
from refactorer.execution.evaluation import Function

LARGEST = 64
USUAL = (3, 2)  # the dimensions of space
TOO_MANY = 10  # parts
MOST = 6  # numbers; where more are needed, --shape says it


def sizes_to_try(function: Function) -> Dims:
    """Return texts of sizes to try: multiples of a size, numbers, products of two, one more.

    What is read at a number has one entry more at least.
    """
    found = small(function)
    products = [a * b for a, b in combinations(found, 2) if a * b <= LARGEST]
    read = [n for n in integers_in_code(function) if 1 < n < LARGEST]
    last = [max(read) + 1] if read else []
    multiples = [f"{n}*o" for n in factors(function)]
    return (*multiples, *map(str, dict.fromkeys([*found, *last, *products, *USUAL])), "o+1")


def factors(function: Function) -> list[int]:
    """Return numbers of which sizes may be multiples."""
    return [n for n in small(function) if n < TOO_MANY]


def small(function: Function) -> list[int]:
    """Return the first numbers of a function that may be sizes, each once."""
    return list(dict.fromkeys(n for n in numbers(function) if 1 < n <= LARGEST))[:MOST]


def numbers(function: Function) -> Iterator[int]:
    """Yield how many values are unpacked, sizes of constants, defaults, and numbers in the code."""
    code = getattr(function, "__code__", None)
    if code is None:
        return
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    instructions = [i for part in (code, *inner) for i in dis.get_instructions(part)]
    yield from (int(i.arg or 0) for i in instructions if i.opname == "UNPACK_SEQUENCE")
    read = [function.__globals__.get(name) for name in code.co_names]
    given = [*read, *(function.__defaults__ or ())]
    for value in (*given, *code.co_consts):
        yield from lengths(value)
    yield from (value for value in given if type(value) is int)
    yield from integers_in_code(function)


def integers_in_code(function: Function) -> Iterator[int]:
    """Yield the whole numbers that stand in the code."""
    constants = getattr(getattr(function, "__code__", None), "co_consts", ())
    return (value for value in constants if type(value) is int)


def lengths(value: object) -> Sequence[int]:
    """Return the sizes of a constant."""
    shape = getattr(value, "shape", None)
    if isinstance(value, list | tuple):
        return [len(value)]
    return shape if isinstance(shape, tuple) else []
