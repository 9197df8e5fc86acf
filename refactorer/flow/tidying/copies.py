"""Names that are only other names for what has one already."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import libcst as cst

from refactorer.flow.weaving.woven import bound_by, line, renamed
from refactorer.syntax.dataflow import bound, mutates, value_of
from refactorer.syntax.expressions import code, names_in
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement, lines


def twins(statements: Sequence[Statement], made: Collection[str]) -> dict[str, str]:
    """Return which of the made-up names hold the same as an earlier one, by that one."""
    found: dict[str, str] = {}
    look(statements, {}, frozenset(made), found)
    return found


def look(
    statements: Sequence[Statement],
    copies: dict[str, str],
    made: frozenset[str],
    found: dict[str, str],
) -> None:
    """Note the twins in a block; `copies` says under which name a value is kept already."""
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
        last = found[-1] if found and name and bound(found[-1]) == name else None
        if name and code(value_of(statement)) == f"{name}.copy()":
            if is_untouched(name, found):
                continue
            if last and isinstance(value_of(last), cst.Name):
                found[-1] = line(f"{name} = {code(value_of(last))}.copy()")
                continue
        found.append(within(statement))
    return found


def is_untouched(name: str, before: Sequence[Statement]) -> bool:
    """Tell whether a name was set to an array of its own last, and is not spoken of since."""
    found = next((s for s in reversed(before) if name in names_of(s)), None)
    return found is not None and bound(found) == name and is_new(value_of(found))


def names_of(statement: Statement) -> set[str]:
    """Return the names that a statement reads, or sets."""
    read, binds = names_in(code(statement).strip())
    return {*read, *binds}


def is_new(value: cst.BaseExpression) -> bool:
    """Tell whether an expression makes an array that nothing else holds."""
    made = isinstance(value, cst.Call) and code(value.func).endswith(("_like", ".copy"))
    return made or isinstance(value, cst.BinaryOperation)


def within(statement: Statement) -> Statement:
    """Return a statement whose blocks copy once."""
    if isinstance(statement, cst.SimpleStatementLine):
        return statement
    found = statement.visit(CopiedOnce())
    assert isinstance(found, cst.BaseCompoundStatement)
    return found


class CopiedOnce(Transformer):
    """Copies once in the blocks of a statement."""

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        return updated_node.with_changes(body=copied_once([*lines(updated_node)]))


def bound_in(statement: Statement) -> list[str]:
    """Return the names that a statement sets, as often as it does."""
    nodes = ast.walk(ast.parse(code(statement).strip()))
    return [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]


def changed_in(statement: Statement) -> list[str]:
    """Return the names that a statement sets, or whose value it changes in place."""
    return [*bound_in(statement), *mutates(statement)]


def suites(statement: Statement) -> list[list[Statement]]:
    """Return the suites of an `if` in which what was kept before it still holds."""
    if not isinstance(statement, cst.If):
        return []
    rest = statement.orelse
    other = suites(rest) if isinstance(rest, cst.If) else [[*lines(rest.body)]] if rest else []
    return [[*lines(statement.body)], *other]


def without(statements: Sequence[Statement], twin: Mapping[str, str]) -> list[Statement]:
    """Return statements without the lines that set twins, and with one name for each value."""
    found = []
    for statement in statements:
        if bound(statement) in twin:
            continue
        put = statement.visit(Dropping(twin)) if twin else statement
        assert isinstance(put, cst.SimpleStatementLine | cst.BaseCompoundStatement)
        found.append(renamed(put, twin))
    return found


class Dropping(Transformer):
    """Drops the lines that set twins from the blocks of a statement."""

    def __init__(self, twin: Mapping[str, str]) -> None:
        super().__init__()
        self.twin = twin

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        kept = [s for s in updated_node.body if bound(s) not in self.twin]
        return updated_node.with_changes(body=kept)
