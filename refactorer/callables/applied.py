"""Calls of an expression that stands for a function."""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence

import libcst as cst

from refactorer.callables.displays import looked_up
from refactorer.callables.given import Given, NotGiven, given
from refactorer.callables.known import has_stars
from refactorer.callables.reducing import Reducing
from refactorer.callables.repeats import collected, mapped, reduced_by_function
from refactorer.callables.steps import ONE_BY_ONE, steps_of
from refactorer.flow.names import expression
from refactorer.printing.names.phrases import of_value
from refactorer.syntax.dataflow import reads
from refactorer.syntax.expressions import code, operands, parenthesized, substitute


def applied(reducing: Reducing, call: cst.Call, targets: Sequence[str] = ()) -> cst.BaseExpression:
    """Return what a call is, by what the called expression stands for."""
    match call.func:
        case cst.IfExp(test=test, body=one, orelse=other):
            ways = (call.with_changes(func=f) for f in (one, other))
            return reducing.choice(test, *(functools.partial(applied, call=way) for way in ways))
        case cst.Lambda():
            return lambda_applied(reducing, call.func, call)
        case cst.Call(args=[function, *before]):
            if reducing.functions.is_function(call.func):
                reducing.following.needed = True
                args = sorted([*before, *call.args], key=lambda arg: bool(arg.keyword))
                return applied(reducing, call.with_changes(func=function.value, args=args))
    return called_by_name(reducing, call, targets)


def called_by_name(
    reducing: Reducing, call: cst.Call, targets: Sequence[str]
) -> cst.BaseExpression:
    """Return the call of a function that has a name."""
    called = reducing.functions.imported(call.func)
    text = reducing.functions.text(call.func)
    if called is functools.partial:
        first, *rest = call.args
        kept = [a.with_changes(value=reducing.held(a.value)) for a in rest]
        return call.with_changes(args=[first, *kept])
    if called is functools.reduce and not any(a.keyword for a in call.args):
        return reduced_by_function(reducing, *operands(call))
    if called is map and not text and len(call.args) == 2:
        return mapped(reducing, *operands(call))
    if code(call.func) in ("list", "tuple", "sum") and len(call.args) == 1:
        return collected(call)
    match call:
        case cst.Call(cst.Attribute(cst.Dict() as display, cst.Name("get")), [key, *default]):
            if reducing.functions.has_functions(display) and default:
                return looked_up(reducing, display, key.value, default[0].value)
    if text and is_written_out(reducing, call, text):
        return written_out(reducing, call, targets)
    return call


def is_written_out(reducing: Reducing, call: cst.Call, text: str) -> bool:
    """Tell whether the steps of a function take the place of its call."""
    wanted = (
        any(reducing.functions.has_functions(a.value) for a in call.args)
        or has_stars(text)
        or reducing.functions.returns_function(text)
    )
    reducing.following.needed |= wanted
    return wanted or code(call.func) in reducing.functions.inside


def written_out(reducing: Reducing, call: cst.Call, targets: Sequence[str]) -> cst.BaseExpression:
    """Return the value of a call whose steps are written before it."""
    targets = targets or (reducing.following.fresh(*of_value(expression(call))),)
    if has_stars(reducing.functions.text(call.func)):
        call = call.with_changes(
            args=[a.with_changes(value=reducing.lasting_part(a.value)) for a in call.args]
        )
    reducing.before += steps_of(reducing.following, call, targets, reducing.env)
    found = [reducing.env.get(t) or cst.Name(t) for t in targets]
    return found[0] if len(found) == 1 else cst.Tuple([*map(cst.Element, found)])


def lambda_applied(reducing: Reducing, function: cst.Lambda, call: cst.Call) -> cst.BaseExpression:
    """Return the body of a lambda with what it is given in the places of its parameters."""
    reducing.following.needed = True
    count = reads(function.body)
    binds = any(
        isinstance(n, ast.Lambda | ast.comprehension) for n in ast.walk(expression(function.body))
    )
    values = {
        p: v if count[p] <= 1 and not binds else reducing.held(v)
        for p, v in values_in(reducing, function.params, call).items()
    }
    body = substitute(function.body, values)
    before, value = reducing.apart(lambda inner: inner.reduced(body))
    reducing.before += before
    return parenthesized(value)


def values_in(reducing: Reducing, parameters: cst.Parameters, call: cst.Call) -> Given:
    """Return what the parameters of a lambda are given."""
    try:
        return given(parameters, call)
    except NotGiven as error:
        raise reducing.following.refuse(call, str(error), ONE_BY_ONE) from None
