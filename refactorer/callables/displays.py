"""Functions in a tuple, a list or a dict: looked up by a key, or passed on one by one."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from refactorer.callables.known import EACH, UNTOLD, held
from refactorer.callables.reducing import Reducing
from refactorer.syntax.expressions import code, is_literal
from refactorer.syntax.suites import line


def looked_up(
    reducing: Reducing,
    display: cst.BaseExpression,
    key: cst.BaseExpression,
    default: cst.BaseExpression | None = None,
) -> cst.BaseExpression:
    """Return the value in a display at a key; one that is a variable chooses."""
    reducing.following.needed = True
    values = [*held(display)]
    if not isinstance(display, cst.Dict):
        if is_literal(key):
            return values[int(ast.literal_eval(code(key)))]
        raise reducing.following.refuse(key, UNTOLD.format(code(key)), EACH)
    keys = [code(e.key) for e in display.elements if isinstance(e, cst.DictElement)]
    if is_literal(key):
        known = dict(zip(map(ast.literal_eval, keys), values, strict=True))
        return known.get(ast.literal_eval(code(key)), default) or absent(reducing, key)
    name = reducing.held(key)
    if default is None:
        keys, default = guarded(reducing, keys, name), values[-1]
    found = default
    for text, value in [*zip(keys, values, strict=False)][::-1]:
        test = cst.parse_expression(f"{code(name)} == {text}")
        found = cst.IfExp(test, value, found, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return found


def guarded(reducing: Reducing, keys: Sequence[str], name: cst.BaseExpression) -> list[str]:
    """Write the line that raises where a name is none of the keys; return all but the last."""
    many = f"({', '.join(keys)}{',' if len(keys) == 1 else ''})"
    raises = f"if {code(name)} not in {many}:\n    raise KeyError({code(name)})"
    reducing.before.append(line(raises))
    return [*keys[:-1]]


def absent(reducing: Reducing, key: cst.BaseExpression) -> cst.BaseExpression:
    """Raise Refused for a key that a dict does not have."""
    raise reducing.following.refuse(key, f"{code(key)} is no key of the dict", EACH)


def without_stars(arguments: Sequence[cst.Arg]) -> list[cst.Arg]:
    """Return arguments with the values of starred displays one by one."""
    found: list[cst.Arg] = []
    for arg in arguments:
        match arg:
            case cst.Arg(star="*", value=cst.Tuple() | cst.List() as display):
                found += [cst.Arg(value) for value in held(display)]
            case cst.Arg(star="**", value=cst.Dict(elements=pairs)):
                found += [
                    cst.Arg(e.value, keyword=cst.Name(ast.literal_eval(code(e.key))))
                    for e in pairs
                    if isinstance(e, cst.DictElement)
                ]
            case _:
                found.append(arg)
    return found
