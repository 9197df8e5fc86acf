"""The parameters of a function: which of them are asked for, and the signature in our names."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence

from refactorer.arguments.hints import shape_annotations
from refactorer.arguments.hints.indices import indices, labels
from refactorer.errors import Usage
from refactorer.primal.surroundings import Surroundings
from refactorer.reading.literals import dotted
from refactorer.reading.source import tree
from refactorer.reading.spelling import meant
from refactorer.reading.target import Parameter, Target

ALL = "all"


def resolved(wrt: Sequence[str], target: Target, module: Surroundings) -> tuple[str, ...]:
    """Return the names of the parameters that are asked for by name, by position, or as "all".

    Nothing asked for is the first one. Raises Usage for what is no parameter.
    """
    names = [parameter.name for parameter in target.parameters]
    if not names:
        reason = f"`{target.name}` has no parameters to differentiate with respect to"
        raise Usage(reason, "Name them one by one" if stars(target) else "", code="no-parameter")
    asked: list[str] = []
    for text in wrt or names[:1]:
        asked += [text] if text in names else selected(text, target, module)
    return tuple(dict.fromkeys(asked))


def stars(target: Target) -> bool:
    """Tell whether a function takes any number of arguments, as `*arrays` or `**options`."""
    found = (n for n in ast.walk(ast.parse(target.source)) if isinstance(n, ast.arguments))
    return any(arguments.vararg or arguments.kwarg for arguments in found)


def selected(text: str, target: Target, module: Surroundings) -> list[str]:
    """Return the parameters that a text stands for that is none of their names."""
    names = [parameter.name for parameter in target.parameters]
    if text == ALL:
        statements = [s for d in target.definitions for s in tree(d.source).body]
        helpers = {s.name: s for s in statements if isinstance(s, ast.FunctionDef)}
        function = tree(target.source)
        counted = indices(function, helpers) | labels(function)
        floats = [p.name for p in target.parameters if may_be_float(p, module)]
        asked = [name for name in floats if name not in counted]
        if not asked:
            reason = f"`{target.name}` has no parameter that is a float"
            raise Usage(reason, "Name one with --wrt", code="no-parameter")
        return asked
    if text.isdecimal() and int(text) < len(names):
        return [names[int(text)]]
    reason = f"`{text}` is no parameter of `{target.name}`"
    listed = ", ".join(f"`{name}`" for name in names)
    raise Usage(reason, meant(text, names) or f"It has {listed}", code="no-parameter")


FINITE = frozenset({"e", "euler_gamma", "pi", "tau"})
NUMBERS = {*FINITE, "inf", "nan"}


def is_number(path: str, names: Collection[str] = NUMBERS) -> bool:
    """Say whether a dotted path is that of a constant which is a float, of one of these names."""
    module, _, name = path.rpartition(".")
    return module == "scipy.constants" or (module in ("math", "numpy") and name in names)


def may_be_float(parameter: Parameter, module: Surroundings) -> bool:
    """Say whether neither annotation nor default tells that a parameter is something else.

    At a default that is infinite, there is no derivative.
    """
    noted = shape_annotations.read(parameter.annotation or "")
    if noted and noted.kinds:
        return False
    default = ast.parse(parameter.default or "0.0", mode="eval").body
    if isinstance(default, ast.Name):
        default = module.literals.get(default.id, default)
    bare = default.operand if isinstance(default, ast.UnaryOp) else default
    if path := dotted(bare, module.paths):
        return is_number(path, FINITE)
    match default:
        case ast.Constant(value=value) | ast.UnaryOp(operand=ast.Constant(value=value)):
            return isinstance(value, float)
        case ast.Attribute():
            return False
        case ast.Name(id=name):
            return name not in module.helpers
    return not isinstance(default, ast.Tuple | ast.List | ast.Dict | ast.Set | ast.Lambda)


def header(function: ast.FunctionDef, ours: Mapping[str, str]) -> str:
    """Return the line that opens the function in our names, without annotations.

    All parameters may be given by name: tangent differentiates the wrong one behind a `/`.
    """
    given = function.args
    signature = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(ours[a.arg]) for a in (*given.posonlyargs, *given.args)],
        kwonlyargs=[ast.arg(ours[a.arg]) for a in given.kwonlyargs],
        kw_defaults=given.kw_defaults,
        defaults=given.defaults,
    )
    return f"def {function.name}({ast.unparse(signature)}):\n"
