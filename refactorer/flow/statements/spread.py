"""Calls and tests that say two things at once: each thing is said by itself.

`model(x, *params)` is `model(x, params[0], params[1])` where the model has three parameters, and
`if (s := x @ w) > 0:` is `s = x @ w` and `if s > 0:`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace

import libcst as cst

from refactorer.reading.target import Target
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import Transformer


def spread_out(target: Target) -> Target:
    """Return a target whose calls are given arguments one by one, and whose tests set nothing."""
    if not any(
        isinstance(n, ast.Starred | ast.NamedExpr) for n in ast.walk(ast.parse(target.source))
    ):
        return target
    statements = [s for d in target.definitions for s in ast.parse(d.source).body]
    counts = {s.name: count for s in statements if (count := taken(s)) and hasattr(s, "name")}
    found = cst.parse_module(target.source).visit(Spreading(counts)).code
    return target if found == target.source else replace(target, source=found)


def taken(statement: ast.stmt) -> int:
    """Return how many arguments a function takes, 0 where that is not one number."""
    match statement:
        case ast.FunctionDef(args=ast.arguments(posonlyargs=first, args=args, vararg=None) as own):
            return 0 if own.defaults or own.kwonlyargs or own.kwarg else len(first) + len(args)
    return 0


class Spreading(Transformer):
    """Gives a function of so many parameters the elements of what is starred, one by one."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        super().__init__()
        self.counts = counts

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        match updated_node.args:
            case [*before, cst.Arg(value=cst.Name() as whole, star="*")] if not any(
                arg.star for arg in before
            ):
                count = self.counts.get(code(updated_node.func), 0) - len(before)
                texts = (f"{whole.value}[{place}]" for place in range(count))
                parts = [cst.Arg(cst.parse_expression(text)) for text in texts]
                return updated_node.with_changes(args=[*before, *parts]) if parts else updated_node
        return updated_node

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = [part for statement in updated_node.body for part in set_before(statement)]
        longer = len(body) > len(updated_node.body)
        return updated_node.with_changes(body=body) if longer else updated_node


def set_before(statement: cst.BaseStatement) -> Iterator[cst.BaseStatement]:
    """Yield a branch, and before it the line that its first test is, if that sets a name."""
    match statement:
        case cst.If(
            test=cst.Comparison(left=cst.NamedExpr(target=cst.Name(name), value=value)) as test
        ):
            line = assignment(name, value)
            yield line.with_changes(leading_lines=statement.leading_lines)
            bare = test.with_changes(left=cst.Name(name))
            yield statement.with_changes(test=bare, leading_lines=[])
        case _:
            yield statement
