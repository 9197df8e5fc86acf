"""Tells which statements may be executed alone: imports, definitions and constants."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from itertools import chain

# A call of these computes and does nothing else.
PURE_MODULES = ("collections", "fractions", "functools", "math", "numpy", "scipy.special", "typing")
PURE_CALLS = frozenset({"logging.getLogger"})
PURE_BUILTINS = frozenset(
    {
        *("abs", "bool", "complex", "dict", "float", "frozenset", "int", "len", "list", "max"),
        *("min", "pow", "range", "round", "set", "slice", "sum", "tuple"),
    }
)
# What reads files, draws random numbers or changes settings all the same.
IMPURE = frozenset(
    {
        *("DataSource", "fromfile", "fromregex", "genfromtxt", "load", "loadtxt", "memmap"),
        *("random", "save", "savetxt", "savez", "savez_compressed"),
        *("set_printoptions", "setbufsize", "seterr", "seterrcall"),
    }
)


def import_paths(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Return the dotted path of every name that the imports below these nodes bind."""
    paths: dict[str, str] = {}
    for node in chain.from_iterable(map(ast.walk, nodes)):
        match node:
            case ast.Import(names=names):
                paths |= {
                    a.asname or root(a.name): a.name if a.asname else root(a.name) for a in names
                }
            case ast.ImportFrom(module=str(module), level=0, names=names):
                paths |= {a.asname or a.name: f"{module}.{a.name}" for a in names}
    return paths


def root(path: str) -> str:
    """Return the first name of a dotted path."""
    return path.partition(".")[0]


def dotted(node: ast.expr, paths: Mapping[str, str]) -> str | None:
    """Return the dotted path of what a name or an attribute of an import stands for."""
    match node:
        case ast.Name(id=name):
            return paths.get(name)
        case ast.Attribute(value=value, attr=attribute):
            owner = dotted(value, paths)
            return f"{owner}.{attribute}" if owner else None
    return None


def stands_alone(statement: ast.stmt, paths: Mapping[str, str]) -> bool:
    """Tell whether executing the statement defines names and does nothing else."""
    match statement:
        case (
            ast.Import() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Pass()
        ):
            return True
        case ast.ImportFrom(level=level, names=names):
            return level == 0 and names[0].name != "*"
        case ast.Assign(targets=targets, value=value):
            return all(map(sets_names, targets)) and is_constant(value, paths)
        case ast.AnnAssign(target=ast.Name(), value=annotated):
            return annotated is None or is_constant(annotated, paths)
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant)
    return all_stand_alone(statement, paths)


def all_stand_alone(statement: ast.stmt, paths: Mapping[str, str]) -> bool:
    """Tell the same of an `if` or a `try`: everything in it must stand alone."""
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            inner = [*body, *orelse]
            return is_constant(test, paths) and all(stands_alone(s, paths) for s in inner)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            inner = [*body, *orelse, *final, *(s for handler in handlers for s in handler.body)]
            return all(stands_alone(s, paths) for s in inner)
    return False


def sets_names(target: ast.expr) -> bool:
    """Tell whether a target is a name, or a tuple of names."""
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(map(sets_names, parts))
    return isinstance(target, ast.Name)


def is_constant(node: ast.AST, paths: Mapping[str, str]) -> bool:
    """Tell whether an expression is built of literals, arithmetic, names and pure calls."""
    match node:
        case ast.Lambda():
            return True
        case ast.Call(func=function):
            allowed = is_pure(function, paths)
        case _:
            allowed = isinstance(node, LITERAL)
    return allowed and all(is_constant(child, paths) for child in ast.iter_child_nodes(node))


LITERAL = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Slice, ast.Subscript, ast.Starred),
    *(
        ast.Name,
        ast.Attribute,
        ast.UnaryOp,
        ast.BinOp,
        ast.BoolOp,
        ast.Compare,
        ast.IfExp,
        ast.keyword,
    ),
    *(ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)


def is_pure(function: ast.expr, paths: Mapping[str, str]) -> bool:
    """Tell whether a call of this function computes a value and does nothing else."""
    path = dotted(function, paths)
    if path is None:
        return isinstance(function, ast.Name) and function.id in PURE_BUILTINS
    ours = any(path.startswith(f"{module}.") for module in PURE_MODULES)
    return path in PURE_CALLS or (ours and IMPURE.isdisjoint(path.split(".")))
