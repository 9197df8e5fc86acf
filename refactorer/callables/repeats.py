"""Repeated calls: comprehensions over functions, `map`, and `functools.reduce`."""

from __future__ import annotations

import libcst as cst

from refactorer.callables.known import held
from refactorer.callables.reducing import Reducing
from refactorer.callables.unrolled import turns_of
from refactorer.flow.names import stores
from refactorer.flow.statements.splitting import looped
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code, operands, parenthesized
from refactorer.syntax.suites import line

START = "Give it a third argument, or write it as a loop"


def comprehended(reducing: Reducing, node: cst.ListComp | cst.GeneratorExp) -> cst.BaseExpression:
    """Return a comprehension: over functions the list of what it makes, else as it is.

    Where its value needs lines, it is a loop.
    """
    part = node.for_in
    turns = None
    if not part.inner_for_in and not part.ifs:
        turns = turns_of(reducing.within(part.iter), reducing.functions)
    if turns is not None:
        return cst.List(
            [cst.Element(item_made_of(reducing, part.target, t, node.elt)) for t in turns]
        )
    inner = reducing.anew(reducing.without(comprehension_targets(part)))
    kept = node.with_changes(elt=inner.reduced(node.elt), for_in=clause(inner, part))
    if not inner.before:
        return kept
    name = reducing.new("items", "parts")
    put = line(f"{name}.append({code(node.elt)})")
    loop = [line(f"{name} = []"), looped(part, put)]
    reducing.before += reducing.following.suite(loop, reducing.env)
    return cst.Name(name)


def clause(reducing: Reducing, part: cst.CompFor) -> cst.CompFor:
    """Return a part of a comprehension behind its `for`."""
    return part.with_changes(
        iter=reducing.reduced(part.iter),
        ifs=[test.with_changes(test=reducing.reduced(test.test)) for test in part.ifs],
        inner_for_in=part.inner_for_in and clause(reducing, part.inner_for_in),
    )


def item_made_of(
    reducing: Reducing,
    target: cst.BaseAssignTargetExpression,
    value: cst.BaseExpression,
    elt: cst.CSTNode,
) -> cst.BaseExpression:
    """Return what a comprehension makes of one value."""
    env = dict(reducing.env)
    made = cst.Assign([cst.AssignTarget(target)], value)
    reducing.before += reducing.following.suite([cst.SimpleStatementLine([made])], env)
    inner = reducing.anew(env)
    assert isinstance(elt, cst.BaseExpression)
    found = inner.reduced(elt)
    reducing.before += inner.before
    return found


def collected(call: cst.Call) -> cst.BaseExpression:
    """Return the list, the tuple or the sum of what is written out."""
    (parts,) = operands(call)
    if isinstance(parts, cst.ListComp) and code(call.func) == "list":
        return parts
    if not isinstance(parts, cst.List) or not parts.elements:
        return call
    if code(call.func) == "sum":
        return cst.parse_expression(" + ".join(code(parenthesized(part)) for part in held(parts)))
    return parts if code(call.func) == "list" else cst.Tuple(parts.elements)


def reduced_by_function(
    reducing: Reducing,
    function: cst.BaseExpression,
    sequence: cst.BaseExpression,
    start: cst.BaseExpression | None = None,
) -> cst.BaseExpression:
    """Return what `functools.reduce` computes: calls in calls, or a loop."""
    reducing.following.needed = True
    call = cst.Call(function)
    if isinstance(sequence, cst.Tuple | cst.List):
        first, *rest = [*([start] if start else []), *held(sequence)]
        for value in rest:
            first = reducing.applied(call.with_changes(args=[cst.Arg(first), cst.Arg(value)]))
        return first
    if start is None:
        raise reducing.following.refuse(sequence, "a reduction without a start is not taken", START)
    total, item = reducing.new("total", "reduced"), reducing.new("item", "element")
    step = f"{total} = ({code(function)})({total}, {item})"
    text = f"for {item} in {code(sequence)}:\n    {step}"
    reducing.before += [
        assignment(total, start),
        *reducing.following.suite([line(text)], reducing.env),
    ]
    return cst.Name(total)


def mapped(
    reducing: Reducing, function: cst.BaseExpression, sequence: cst.BaseExpression
) -> cst.BaseExpression:
    """Return the list that `map` makes."""
    reducing.following.needed = True
    if isinstance(sequence, cst.Tuple | cst.List):
        calls = [reducing.applied(cst.Call(function, [cst.Arg(v)])) for v in held(sequence)]
        return cst.List([*map(cst.Element, calls)])
    item = reducing.new("item", "element")
    made = f"[({code(function)})({item}) for {item} in {code(sequence)}]"
    return reducing.within(cst.parse_expression(made))


def comprehension_targets(part: cst.CompFor) -> frozenset[str]:
    """Return the names that a comprehension sets."""
    inner = part.inner_for_in
    return stores(part.target) | (comprehension_targets(inner) if inner else frozenset())
