"""`with` blocks that say which warnings are given: functions return behind them, not inside."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.flow.names import parsed
from refactorer.reading.target import Target
from refactorer.syntax.expressions import code, names_in
from refactorer.syntax.suites import Statement, blockwise, function_in, line, lines


def returning_behind(target: Target) -> Target:
    """Return a target whose last `with` block ends before the function returns."""
    function = function_in(target.source)
    body = behind([*lines(function.body)], frozenset().union(*names_in(code(function).strip())))
    if body is None:
        return target
    return replace(target, source=code(function.with_changes(body=cst.IndentedBlock(body))))


def behind(body: Sequence[Statement], taken: frozenset[str]) -> list[Statement] | None:
    """Return statements that return behind their last block; None where they do so already."""
    match body:
        case [*before, cst.With(body=block) as last]:
            inner = [*lines(block)]
            found = behind(inner, taken) or inner
            match found[-1]:
                case cst.SimpleStatementLine(
                    body=[cst.Return(value=cst.BaseExpression() as value)]
                ):
                    kept, result = with_result_named(value, taken)
                    remarks = found[-1].leading_lines
                    kept = [s.with_changes(leading_lines=remarks) for s in kept]
                    moved = last.with_changes(body=cst.IndentedBlock([*found[:-1], *kept]))
                    return [*before, moved, line(f"return {result}")]
    return None


def with_result_named(
    value: cst.BaseExpression, taken: frozenset[str]
) -> tuple[list[Statement], str]:
    """Return the line that names what is computed in a `return`, and the text of the names."""
    parts = [e.value for e in value.elements] if isinstance(value, cst.Tuple) else [value]
    if all(isinstance(part, cst.Name) for part in parts):
        return [], code(value)
    free = [name for name in NAMES if name not in taken]
    names = ", ".join(free[: len(parts)])
    return [line(f"{names} = {', '.join(map(code, parts))}")], names


NAMES = ("out", "result", *(f"out_{i}" for i in range(1, 100)))


# Where there are loops or branches, a block is taken apart, and its ends are marked by statements
# that do nothing, so that it stands around the same lines again when the rest is done.
SETTINGS = frozenset({"errstate", "printoptions", "catch_warnings"})


def with_settings_marked(body: Sequence[Statement]) -> list[Statement]:
    """Return statements with those of `with` blocks that are settings among them, marked."""
    return blockwise(body, lambda block: [part for s in block for part in marked(s)])


def marked(statement: Statement) -> list[Statement]:
    """Return what is in a `with` block between its marks, anything else as it is."""
    if not (isinstance(statement, cst.With) and all(map(is_setting, statement.items))):
        return [statement]
    *before, last = [*lines(statement.body)]
    if any(map(returns, before)) or (returns(last) and not is_line(last)):
        return [statement]
    inside, behind_it = (before, [last]) if returns(last) else ([*before, last], [])
    calls = [cst.ensure_type(item.item, cst.Call) for item in statement.items]
    start = mark(map(code, calls)).with_changes(leading_lines=statement.leading_lines)
    return [start, *inside, mark(code(call.func) for call in calls), *behind_it]


def is_setting(item: cst.WithItem) -> bool:
    """Tell whether a part of a `with` only says which warnings are given."""
    match item:
        case cst.WithItem(cst.Call(func=func), asname=None):
            return code(func).rpartition(".")[2] in SETTINGS
    return False


def returns(statement: Statement) -> bool:
    """Tell whether a statement returns, itself or in its body."""
    return any(isinstance(node, ast.Return) for node in ast.walk(parsed(statement)))


def is_line(statement: Statement) -> bool:
    """Tell whether a statement has no others in it."""
    return isinstance(statement, cst.SimpleStatementLine)


def mark(texts: Iterable[str]) -> Statement:
    """Return a statement that does nothing but mark a place."""
    return line(f"({', '.join(texts)},)")


def put_together(body: Sequence[Statement]) -> list[Statement]:
    """Return statements of which those between marks stand in `with` blocks again."""
    return blockwise(body, block_put_together)


def block_put_together(body: Sequence[Statement]) -> list[Statement]:
    """Do the same with the statements of one block."""
    found: list[Statement] = []
    for statement in body:
        if not isinstance(ended(statement), cst.Attribute | cst.Name):
            found.append(statement)
            continue
        start = max(p for p, s in enumerate(found) if isinstance(ended(s), cst.Call))
        items = [cst.WithItem(e.value) for e in marks(found[start])]
        inside = cst.IndentedBlock(found[start + 1 :])
        block = cst.With(items, inside, leading_lines=found[start].leading_lines)
        found = [*found[:start], block]
    return found


def ended(statement: Statement) -> cst.BaseExpression | None:
    """Return what a mark starts with: a call at the start of a block, a name at its end."""
    found = marks(statement)
    return found[0].value if found else None


def marks(statement: Statement) -> Sequence[cst.BaseElement]:
    """Return the parts of a mark, none where a statement is something else."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(cst.Tuple(elements=elements))]):
            return elements
    return ()
