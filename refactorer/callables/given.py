"""What a call passes for each parameter of a function, also for `*args` and `**kwargs`."""

from __future__ import annotations

import libcst as cst

from refactorer.callables.known import tuple_of

Given = dict[str, cst.BaseExpression]


class NotGiven(Exception):
    """Raised if it cannot be told what a call passes for a parameter."""


def given(parameters: cst.Parameters, call: cst.Call) -> Given:
    """Return what each parameter is given; raise NotGiven where the call does not show it."""
    if any(argument.star for argument in call.args):
        raise NotGiven("these arguments are not known one by one")
    single = [a.value for a in call.args if not a.keyword]
    named = {a.keyword.value: a.value for a in call.args if a.keyword}
    plain = [*parameters.posonly_params, *parameters.params]
    found = {p.name.value: value for p, value in zip(plain, single, strict=False)}
    if isinstance(parameters.star_arg, cst.Param):
        found[parameters.star_arg.name.value] = tuple_of(*single[len(plain) :])
    for parameter in (*plain, *parameters.kwonly_params):
        name = parameter.name.value
        value = found.get(name) or named.pop(name, None) or parameter.default
        if value is None:
            raise NotGiven(f"`{name}` is not given here")
        found[name] = value
    if parameters.star_kwarg:
        pairs = [cst.DictElement(cst.SimpleString(repr(n)), v) for n, v in named.items()]
        found[parameters.star_kwarg.name.value] = cst.Dict(pairs)
    return found


def stars(parameters: cst.Parameters) -> set[str]:
    """Return the names of the parameters that hold any number of arguments."""
    found = (parameters.star_arg, parameters.star_kwarg)
    return {p.name.value for p in found if isinstance(p, cst.Param)}
