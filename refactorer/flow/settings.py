"""Functions that return inside a `with` block return behind it: the callback stands outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from refactorer.expressions import code, names_in
from refactorer.flow.woven import line
from refactorer.suites import Statement, lines
from refactorer.target import Target


def returning_behind(target: Target) -> Target:
    """Return a target whose last `with` block ends before the function returns."""
    function = cst.ensure_type(cst.parse_module(target.source).body[0], cst.FunctionDef)
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
                    kept, result = named(value, taken)
                    remarks = found[-1].leading_lines
                    kept = [s.with_changes(leading_lines=remarks) for s in kept]
                    moved = last.with_changes(body=cst.IndentedBlock([*found[:-1], *kept]))
                    return [*before, moved, line(f"return {result}")]
    return None


def named(value: cst.BaseExpression, taken: frozenset[str]) -> tuple[list[Statement], str]:
    """Return the line that names what is computed in a `return`, and the text of the names."""
    parts = [e.value for e in value.elements] if isinstance(value, cst.Tuple) else [value]
    if all(isinstance(part, cst.Name) for part in parts):
        return [], code(value)
    free = [name for name in NAMES if name not in taken]
    names = ", ".join(free[: len(parts)])
    return [line(f"{names} = {', '.join(map(code, parts))}")], names


NAMES = ("out", "result", *(f"out_{i}" for i in range(1, 100)))
