"""How the text that tangent writes is taken apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from refactorer.adjoint import Adjoint, definition, parameters
from refactorer.differentiation.constant_part import lines, with_lines
from refactorer.syntax.dataflow import assignment, bound, reads, value_of
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import fresh, renamed
from refactorer.syntax.suites import Statement, function_in

if TYPE_CHECKING:
    from refactorer.primal.normalise import Primal

OP_ID = re.compile(r"'_[0-9a-f]{8}'")


def flattened(code: str) -> str:
    """Return a function with plain parameters: tangent takes no others right."""
    function = definition(code)
    old = function.args
    plain = [*old.posonlyargs, *old.args, *old.kwonlyargs]
    function.args = ast.arguments([], plain, None, [], [], None, [])
    return ast.unparse(function) + "\n"


def renumbered(text: str) -> str:
    """Return a text in which tangent's random operation ids are numbers, in order of appearance."""
    ids = list(dict.fromkeys(OP_ID.findall(text)))
    return OP_ID.sub(lambda found: f"'_{ids.index(found[0]) + 1}'", text)


def adjoint_of(primal: Primal, text: str) -> Adjoint:
    """Return the parts of what `tangent.grad(..., preserve_result=True)` wrote, without shapes."""
    function = function_in(text)
    assert isinstance(function.body, cst.IndentedBlock)
    *statements, last = map(checked, function.body.body)
    *gradients, result = returned(last)
    marker = [bound(s) for s in statements].index(result)
    seed = function.params.params[-1].name.value
    backward = with_names_set_once(statements[marker + 1 :])
    behind = frozenset({primal.output, *gradients}.union(*map(reads, backward)))
    behind = with_parts(behind, primal.code)
    forward = with_lines(primal.code, statements[:marker], behind)
    names = (*parameters(primal.code), *filter(None, map(bound, forward)))
    return Adjoint(
        primal=primal,
        forward=cst.Module(forward),
        backward=cst.Module(backward),
        seed=seed,
        gradients=tuple(gradients),
        cotangents={f"b{name}": name for name in names},
        shapes={},
    )


def with_parts(names: frozenset[str], code: str) -> frozenset[str]:
    """Return names with those of the parts of tuples among them: a rule may read any part."""

    def is_part(value: ast.expr) -> bool:
        match value:
            case ast.Subscript(value=ast.Name(id=whole), slice=ast.Constant(value=int())):
                return whole in names
        return False

    return names.union(name for name, value in lines(code) if is_part(value))


def checked(statement: cst.BaseStatement | cst.BaseSmallStatement) -> Statement:
    """Return a statement of an indented block."""
    assert isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return statement


def returned(statement: Statement) -> tuple[str, ...]:
    """Return the names in `return (a, b, c)`."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Return(value=cst.Tuple(elements=elements))]):
            return tuple(code(element.value) for element in elements)
    raise AssertionError(code(statement))


def with_names_set_once(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements with a name of its own for each value, sums that grow left alone.

    tangent's rules bind locals, and a rule that is used twice binds them twice.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    result: list[Statement] = []
    for statement in statements:
        name = bound(statement)
        again = name in taken and name not in reads(statement)
        put = renamed(statement, names)
        if name is not None and again:
            names[name] = fresh(name, taken)
            put = assignment(names[name], value_of(put), put)
        result.append(put)
        taken.update(filter(None, [bound(put)]))
    return result
