"""The parameters of a function: which of them are asked for, and the signature in our names."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from refactorer.errors import Usage
from refactorer.primal.surroundings import Surroundings
from refactorer.reading.literals import dotted
from refactorer.target import Parameter, Target

ALL = "all"


def resolved(wrt: Sequence[str], target: Target, module: Surroundings) -> tuple[str, ...]:
    """Return the names of the parameters that are asked for by name, by position, or as "all".

    Nothing asked for is the first one. Raises Usage for what is no parameter.
    """
    names = [parameter.name for parameter in target.parameters]
    if not names:
        raise Usage(f"`{target.name}` has no parameters to differentiate with respect to")
    asked: list[str] = []
    for text in wrt or names[:1]:
        asked += [text] if text in names else selected(text, target, module)
    return tuple(dict.fromkeys(asked))


def selected(text: str, target: Target, module: Surroundings) -> list[str]:
    """Return the parameters that a text stands for that is none of their names."""
    names = [parameter.name for parameter in target.parameters]
    if text == ALL:
        return [p.name for p in target.parameters if may_be_float(p, module)]
    if text.isdecimal() and int(text) < len(names):
        return [names[int(text)]]
    listed = ", ".join(f"`{name}`" for name in names)
    raise Usage(f"`{text}` is no parameter of `{target.name}`", f"It has {listed}")


NUMBERS = frozenset(
    f"{module}.{name}" for module in ("math", "numpy") for name in ("e", "inf", "pi")
)


def may_be_float(parameter: Parameter, module: Surroundings) -> bool:
    """Say whether a parameter has no default, or one that is not known to be something else."""
    default = ast.parse(parameter.default or "0.0", mode="eval").body
    if isinstance(default, ast.Name):
        default = module.literals.get(default.id, default)
    match default:
        case ast.Constant(value=value) | ast.UnaryOp(operand=ast.Constant(value=value)):
            return isinstance(value, float)
        case ast.Attribute():
            return dotted(default, module.paths) in NUMBERS
        case ast.Name(id=name):
            return name not in {*module.paths, *module.helpers}
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
