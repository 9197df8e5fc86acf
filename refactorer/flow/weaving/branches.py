"""Branches: the reverse goes the way that the function went."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

import libcst as cst
import numpy as np

from refactorer.flow.names import expression, loads, parsed
from refactorer.flow.structure.regions import Branch, written
from refactorer.flow.weaving.weaver import Weaver
from refactorer.flow.weaving.woven import State, Woven
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, else_like, else_of, line, suite_of

CHEAP = (
    *(ast.Module, ast.Expr, ast.Name, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp),
    *(ast.cmpop, ast.boolop, ast.unaryop, ast.expr_context, ast.BinOp, ast.operator),
)
RELATIONS = {
    ast.Gt: "above",
    ast.GtE: "at_least",
    ast.Lt: "below",
    ast.LtE: "at_most",
    ast.Eq: "is",
    ast.NotEq: "is_not",
}


def woven_branch(weaver: Weaver, branch: Branch, after: State) -> Woven:
    """Return a branch and its reverse: `if` in both, on the same condition."""
    ways = (weaver.suite(branch.then, after), weaver.suite(branch.orelse, after))
    if not weaver.turning and any(way.drawn for way in ways):
        raise weaver.refuse(branch.statement, "a list is appended to on some of the ways only")
    then, other = (counting(weaver, way) for way in ways)
    kept = reshaped(weaver, branch)
    first, then_lines, other_lines, state = joined_ways(
        weaver, branch.line, (then, other), after, kept
    )
    counted = {**then.counted, **other.counted}
    if not then_lines and not other_lines:
        alone = (written_out(branch, branch.statement.test, then, other),)
        return Woven(statements_of(branch, alone, other), (), frozenset(), state)
    before, test = remembered(weaver, branch)
    backward = [*first, reverse(test, then_lines, other_lines)]
    read = weaver.read_by(backward)
    before[:0] = [line(f"{own} = {name}") for name, own in kept.items() if own in read]
    node = written_out(branch, test, then, other)
    if before:
        before[0] = before[0].with_changes(leading_lines=branch.statement.leading_lines)
        node = node.with_changes(leading_lines=())
    reads = then.reads | other.reads | weaver.read_by(backward)
    forward = (*before, node)
    return Woven(
        statements_of(branch, forward, other), tuple(backward), reads, state, counted=counted
    )


def counting(weaver: Weaver, way: Woven) -> Woven:
    """Return a way that takes the cotangents of what it appended from the end of their lists."""
    counted, lines = dict(way.counted), list[Statement]()
    for part, sequence in way.drawn.items():
        if sequence not in weaver.left:
            weaver.left[sequence] = weaver.names.new("left", f"{sequence}_left")
        count = weaver.left[sequence]
        counted[count] = sequence
        lines.append(line(f"{count} -= 1"))
        lines.append(line(f"{part} = {weaver.cotangents[sequence]}[{count}]"))
    return replace(way, backward=(*lines, *way.backward), drawn={}, counted=counted)


def joined_ways(
    weaver: Weaver, place: int, woven: tuple[Woven, Woven], after: State, kept: Mapping[str, str]
) -> tuple[list[Statement], list[Statement], list[Statement], State]:
    """Return what comes first, the lines of both ways, and the cotangents that both leave.

    `kept` are names for what names hold where the branch stands, whose shapes it changes.
    """
    then, other = woven
    ways = ([*then.backward], [*other.backward])
    first: list[Statement] = []
    state: dict[str, bool] = {}
    for name in dict.fromkeys([*then.before, *other.before]):
        has = [name in way.before for way in (then, other)]
        state[name] = all(way.before.get(name, False) for way in (then, other))
        if all(has):
            continue
        own, lacking = weaver.cotangents[name], ways[has.index(False)]
        if name in after and name not in kept:
            lacking.append(line(f"{own} = {weaver.numpy}.zeros_like({own})"))
            continue
        zeros = line(f"{own} = {weaver.zeros(name, place, kept.get(name, name))}")
        (lacking if lacking or name in after else first).append(zeros)
    return first, *ways, state


def reshaped(weaver: Weaver, branch: Branch) -> dict[str, str]:
    """Return names for what names hold before a branch that gives them values of other shapes."""
    changed = written(branch) & weaver.earlier & weaver.cotangents.keys()
    return {
        name: weaver.names.new(f"{name}_before", f"{name}_kept")
        for name in sorted(changed)
        if weaver.visits.changes_shape(name)
    }


def remembered(weaver: Weaver, branch: Branch) -> tuple[list[Statement], cst.BaseExpression]:
    """Return lines that keep the condition, and how to read it; a plain one is read again."""
    test = branch.statement.test
    names = loads(test) - weaver.known
    changing = weaver.turning | weaver.later | written(branch)
    plain = all(isinstance(node, CHEAP) for node in ast.walk(parsed(test)))
    forced, opposite = (is_forced(weaver, each) for each in (test, negated(test)))
    again = names.isdisjoint(changing) and not (forced or opposite)
    if plain and again and not compares_elements(weaver, test):
        return [], test
    if isinstance(test, cst.Name) and test.value not in written(branch) and not opposite:
        return [], test
    name = weaver.names.new(*condition_names(test))
    return [line(f"{name} = {code(test)}")], cst.Name(name)


def is_forced(weaver: Weaver, test: cst.BaseExpression) -> bool:
    """Tell whether a condition is set by hand to be verified: it must stand in one place alone."""
    return ast.unparse(parsed(test)) in weaver.forced


def compares_elements(weaver: Weaver, test: cst.BaseExpression) -> bool:
    """Tell whether a condition compares the elements of an array."""
    tests = [node for node in ast.walk(parsed(test)) if isinstance(node, ast.Compare)]
    identities = [t for t in tests if all(isinstance(op, ast.Is | ast.IsNot) for op in t.ops)]
    asked = loads(test).difference(*(loads(ast.unparse(t)) for t in identities))
    return any(isinstance(weaver.visits.last(name), np.ndarray) for name in asked)


def condition_names(test: cst.BaseExpression) -> list[str]:
    """Return what to call a condition."""
    match expression(test):
        case ast.Compare(left=ast.Name(id=a), ops=[op], comparators=[ast.Name(id=b)]):
            return [f"{a}_{RELATIONS.get(type(op), 'meets')}_{b}", "condition"]
        case ast.Compare(left=ast.Name(id=a), ops=[ast.Gt()], comparators=[ast.Constant(0)]):
            return [f"{a}_is_positive", "condition"]
        case ast.Compare(left=ast.Name(id=a), ops=[ast.Lt()], comparators=[ast.Constant(0)]):
            return [f"{a}_is_negative", "condition"]
        case ast.Compare(
            left=ast.Name(id=a), ops=[op], comparators=[ast.Constant(value=str() | int() as said)]
        ) if type(op) in RELATIONS and f"_{said}".isidentifier():
            return [f"{a}_{RELATIONS[type(op)]}_{said}", "condition"]
        case ast.Compare(left=ast.Name(id=a), ops=[op]) if type(op) in RELATIONS:
            return [f"{a}_{RELATIONS[type(op)]}_limit", "condition"]
    return ["condition", "chosen"]


def reverse(test: cst.BaseExpression, then: list[Statement], other: list[Statement]) -> cst.If:
    """Return the `if` of the reverse."""
    if not then:
        return cst.If(negated(test), cst.IndentedBlock(other))
    return cst.If(test, cst.IndentedBlock(then), else_of(other) if other else None)


def negated(test: cst.BaseExpression) -> cst.BaseExpression:
    """Return the opposite of a condition."""
    tree = expression(test)
    opposite = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
    match tree:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return cst.parse_expression(ast.unparse(inner))
        case ast.Compare(left=left, ops=[op], comparators=right) if type(op) in opposite:
            put = ast.Compare(left, [opposite[type(op)]()], right)
            return cst.parse_expression(ast.unparse(put))
    return cst.parse_expression(ast.unparse(ast.UnaryOp(ast.Not(), tree)))


def written_out(branch: Branch, test: cst.BaseExpression, then: Woven, other: Woven) -> cst.If:
    """Return the `if` of the function."""
    statement = branch.statement
    body = suite_of(then.forward)
    if branch.jumps:
        return statement.with_changes(test=test, body=body, orelse=None)
    orelse = else_like(statement, other.forward)
    if isinstance(orelse, cst.If):
        orelse = orelse.with_changes(leading_lines=())
    return statement.with_changes(test=test, body=body, orelse=orelse)


def statements_of(
    branch: Branch, forward: tuple[Statement, ...], other: Woven
) -> tuple[Statement, ...]:
    """Return the statements of a branch; behind a jump, the other way stands as it did."""
    return (*forward, *other.forward) if branch.jumps else forward
