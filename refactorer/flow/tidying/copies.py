"""Removes names that are only other names for the same value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import libcst as cst

from refactorer.flow.names import bound_by
from refactorer.flow.weaving.woven import Woven
from refactorer.syntax.dataflow import bound, bound_in, changed_in, mutates, value_of
from refactorer.syntax.expressions import bare, code, names_in
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, blockwise, line, lines, within


def with_one_name(woven: Woven, made: Collection[str]) -> Woven:
    """Return parts of a function in which a value is kept under one of the names made for it."""
    twin = twins(woven.forward, made)
    return replace(woven.renamed(twin), forward=tuple(without_twins(woven.forward, twin)))


def twins(statements: Sequence[Statement], made: Collection[str]) -> dict[str, str]:
    """Return those made-up names that hold the same as an earlier one, each with that one.

    A name that both sides of a branch set holds the same on one of them alone.
    """
    binds = Counter(name for s in statements for name in bound_in(s))
    found: dict[str, str] = {}
    look(statements, {}, frozenset(name for name in made if binds[name] == 1), found)
    return found


def look(
    statements: Sequence[Statement],
    copies: dict[str, str],
    made: frozenset[str],
    found: dict[str, str],
) -> None:
    """Note the twins in a block; `copies` maps values to the made-up names that keep them."""
    for statement in statements:
        for suite in suites(statement):
            look(suite, dict(copies), made, found)
        name = bound(statement)
        value = value_of(statement) if name else None
        if name in made and isinstance(value, cst.Name):
            assert name is not None
            if value.value in copies:
                found[name] = copies[value.value]
            else:
                copies[value.value] = name
            continue
        for changed_name in bound_by([statement]):
            copies.pop(changed_name, None)


def aliased(statements: Sequence[Statement], made: Collection[str]) -> list[Statement]:
    """Return the lines of a callback without names that are only other names for cotangents."""
    found = [*statements]
    binds = Counter(n for s in found for n in bound_in(s))
    for place, statement in enumerate(found):
        name, value = bound(statement), value_of(statement) if bound(statement) else None
        if name in made and binds[name or ""] == 1 and isinstance(value, cst.Name):
            later = Counter(n for s in found[place + 1 :] for n in changed_in(s))
            if not later[value.value]:
                rest = [renamed(s, {name or "": value.value}) for s in found[place + 1 :]]
                return aliased([*found[:place], *rest], made)
    return found


def copied_once(statements: Sequence[Statement]) -> list[Statement]:
    """Return lines in which `a = b`, then `a = a.copy()`, is one; what is new is not copied."""
    found: list[Statement] = []
    for statement in statements:
        name = bound(statement)
        if name and code(value_of(statement)) == f"{name}.copy()":
            last = next((k for k, s in reversed([*enumerate(found)]) if name in names_of(s)), None)
            value = (
                value_of(found[last]) if last is not None and bound(found[last]) == name else None
            )
            if value is not None and is_new(value):
                continue
            if isinstance(value, cst.Name) and stays(value.value, found[last or 0 :]):
                found[last or 0] = line(f"{name} = {value.value}.copy()")
                continue
        found.append(within(statement, copied_once))
    return found


def stays(name: str, statements: Sequence[Statement]) -> bool:
    """Tell whether what a name holds is not changed in place: the name may get another value."""
    return not any(name in mutates(s) for s in statements)


def names_of(statement: Statement) -> set[str]:
    """Return the names that a statement reads, or sets."""
    return {*chain(*names_in(bare(statement)))}


def is_new(value: cst.BaseExpression) -> bool:
    """Tell whether an expression makes an array that nothing else holds."""
    made = isinstance(value, cst.Call) and code(value.func).endswith(("_like", ".copy"))
    return made or isinstance(value, cst.BinaryOperation | cst.UnaryOperation)


def suites(statement: Statement) -> list[list[Statement]]:
    """Return the suites of an `if` in which what was kept before it still holds."""
    if not isinstance(statement, cst.If):
        return []
    rest = statement.orelse
    other = suites(rest) if isinstance(rest, cst.If) else [[*lines(rest.body)]] if rest else []
    return [[*lines(statement.body)], *other]


def without_twins(statements: Sequence[Statement], twin: Mapping[str, str]) -> list[Statement]:
    """Return statements without the lines that set twins, and with one name for each value."""

    def left(block: Sequence[Statement]) -> list[Statement]:
        return [statement for statement in block if bound(statement) not in twin]

    return [renamed(s, twin) for s in blockwise(statements, left)] if twin else [*statements]
