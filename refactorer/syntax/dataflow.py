"""The names that the statements of a block read, bind and change."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache

import libcst as cst
import numpy as np

from refactorer.shapes import Array
from refactorer.syntax.expressions import REMEMBERED, UnknownShape, bare, names_in, on_ones
from refactorer.syntax.suites import Statement, lines, otherwise, suite_of

PURE_ROOTS = frozenset({"np", "numpy", "scipy", "tangent"})
PURE_BUILTINS = frozenset({"abs", "bool", "float", "int", "len", "max", "min", "slice", "tuple"})
PURE_METHODS = frozenset({"all", "any", "astype", "copy", "max", "mean", "min", "reshape", "sum"})
IN_PLACE = frozenset({"at", "copyto", "fill_diagonal", "put", "putmask", "add_grad_at_index"})
TAPE = frozenset({"push", "pop", "push_stack", "pop_stack"})


def bound(statement: cst.CSTNode) -> str | None:
    """Return the name that a statement `name = value` binds."""
    match statement:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])]
        ):
            return name
    return None


def value_of(statement: cst.CSTNode) -> cst.BaseExpression:
    """Return the value of a statement `name = value`."""
    assert isinstance(statement, cst.SimpleStatementLine)
    return cst.ensure_type(statement.body[0], cst.Assign).value


def assignment(
    name: str, value: cst.BaseExpression, like: Statement | None = None
) -> cst.SimpleStatementLine:
    """Return `name = value`, under the comments of another statement."""
    made = cst.Assign([cst.AssignTarget(cst.Name(name))], value)
    return cst.SimpleStatementLine([made], leading_lines=like.leading_lines if like else ())


def with_value(statement: Statement, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    """Return a statement `name = value` with another value."""
    name = bound(statement)
    assert name is not None
    return assignment(name, value, statement)


def known_after(statements: Iterable[Statement], shapes: Mapping[str, Array]) -> dict[str, Array]:
    """Return what names hold, those included that statements bind, where it can be told."""
    found = dict(shapes)
    for statement in statements:
        name = bound(statement)
        if name and name not in found:
            with suppress(UnknownShape):
                value = np.asarray(on_ones(value_of(statement), found))
                found[name] = Array(value.shape, value.dtype.name)
    return found


def unpacked(statement: cst.CSTNode) -> tuple[str, dict[str, str]]:
    """Return what a statement `a, (b, c) = x` takes apart, and its parts by the names they get.

    Here "x" and {"a": "x[0]", "b": "x[1][0]", "c": "x[1][1]"}; nothing for any other statement.
    """
    match ast.parse(bare(statement)).body:
        case [ast.Assign([ast.Tuple() as names], ast.Name(whole))]:
            return whole, {ast.unparse(name): path for path, name in leaves(names, whole)}
    return "", {}


def leaves(parts: ast.expr, path: str = "") -> Iterator[tuple[str, ast.expr]]:
    """Yield the parts of a tuple that are no tuples themselves, each with its subscript."""
    if not isinstance(parts, ast.Tuple):
        yield path, parts
        return
    for index, part in enumerate(parts.elts):
        yield from leaves(part, f"{path}[{index}]")


def reads(node: cst.CSTNode) -> Counter[str]:
    """Return how often a statement or an expression reads each name."""
    return Counter(names_in(bare(node))[0])


def bound_in(statement: Statement) -> tuple[str, ...]:
    """Return the names that a statement binds, in it or in its suites, as often as it does."""
    return names_in(bare(statement))[1]


def changed_in(statement: Statement) -> tuple[str, ...]:
    """Return the names that a statement binds, or whose value it changes in place."""
    return *bound_in(statement), *mutates(statement)


def writes(statement: Statement) -> frozenset[str]:
    """Return the names that a statement binds or whose value it changes in place."""
    return frozenset(names_in(bare(statement))[1]) | mutates(statement)


def mutates(statement: Statement) -> frozenset[str]:
    """Return the names whose value a statement changes in place."""
    return mutated_in(bare(statement))


@lru_cache(REMEMBERED)
def mutated_in(text: str) -> frozenset[str]:
    """Return the names whose value a text changes in place."""
    return frozenset(filter(None, map(mutated, ast.walk(ast.parse(text)))))


def mutated(node: ast.AST) -> str | None:
    """Return the name whose value a node of the syntax tree changes in place."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
            return name
        case ast.AugAssign(target=ast.Name(id=name)):
            return name
        case ast.Expr(ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"))):
            return name  # as a statement: `np.append` returns an array
        case ast.Call(func=ast.Attribute(attr=attr), args=[ast.Name(id=name), *_]):
            return name if attr in IN_PLACE else None
    return None


def is_pure(node: cst.CSTNode) -> bool:
    """Tell whether evaluating an expression twice, later or never changes nothing else."""
    return is_pure_text(bare(node))


@lru_cache(REMEMBERED)
def is_pure_text(text: str) -> bool:
    """Tell whether evaluating a text twice, later or never changes nothing else."""
    tree = ast.parse(text)
    return all(is_pure_call(call) for call in ast.walk(tree) if isinstance(call, ast.Call))


def is_pure_call(call: ast.Call) -> bool:
    """Tell whether a call has no effect: NumPy's but for some, tangent's but for the tape."""
    match call.func:
        case ast.Name(id=name):
            return name in PURE_BUILTINS
        case ast.Attribute(attr=attr) if attr in IN_PLACE | TAPE:
            return False
        case ast.Attribute(value=value, attr=attr):
            root = ast.unparse(value)
            return "random" not in root and (
                root.split(".")[0] in PURE_ROOTS or attr in PURE_METHODS
            )
    return False


def needed(statements: Sequence[Statement], wanted: Iterable[str]) -> list[Statement]:
    """Return the statements that the wanted names need, in order; suites are looked into."""
    return alive(statements, frozenset(wanted))[0]


def alive(
    statements: Sequence[Statement], live: frozenset[str]
) -> tuple[list[Statement], frozenset[str]]:
    """Return the statements that what is live after them needs, and what is live before them."""
    kept: list[Statement] = []
    for statement in reversed(statements):
        if live.isdisjoint(writes(statement)):
            continue
        put, live = alive_in(statement, live)
        kept += [put] if put is not None else []
    return kept[::-1], live


def alive_in(statement: Statement, live: frozenset[str]) -> tuple[Statement | None, frozenset[str]]:
    """Return a statement without parts that are not needed, and the names live before it."""
    match statement:
        case cst.For(body=block):
            inside = live
            while (wider := inside | alive([*lines(block)], inside)[1]) != inside:
                inside = wider
            kept = alive([*lines(block)], inside)[0]
            if not kept:
                return None, live
            put = statement.with_changes(body=cst.IndentedBlock(kept))
            return put, inside | frozenset(reads(statement.iter))
        case cst.If():
            return alive_way(statement, live)
    name = bound(statement)
    return statement, (live - {name or ""}) | frozenset(reads(statement))


def alive_way(statement: cst.If, live: frozenset[str]) -> tuple[Statement | None, frozenset[str]]:
    """Return an `if` without statements that are not needed, and the names live before it."""
    then, before = alive([*lines(statement.body)], live)
    other, before_other = alive(otherwise(statement), live)
    if not then and not other:
        return None, live
    orelse = statement.orelse
    if isinstance(orelse, cst.If):
        orelse = cst.ensure_type(other[0], cst.If) if other else None
    elif orelse is not None:
        orelse = cst.Else(cst.IndentedBlock(other)) if other else None
    put = statement.with_changes(body=suite_of(then), orelse=orelse)
    return put, before | before_other | frozenset(reads(statement.test))
