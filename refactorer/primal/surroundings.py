"""The names of the module around a function, as far as its definitions tell."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from refactorer.reading.contents import Definition
from refactorer.reading.literals import dotted, import_paths
from refactorer.reading.source import tree


@dataclass(frozen=True)
class Surroundings:
    """The names of the module.

    `imports` maps what is imported to where it comes from, `paths` also what is only another name
    for it (`xp = np`), `literals` the constants that are a literal to it; `helpers` are the
    functions and classes.
    """

    names: frozenset[str]
    imports: dict[str, str]
    paths: dict[str, str]
    literals: dict[str, ast.expr]
    helpers: frozenset[str]


def surroundings(definitions: Iterable[Definition]) -> Surroundings:
    """Return what the definitions tell; the last that sets a name counts."""
    definitions = tuple(definitions)
    statements = [s for d in definitions for s in tree(d.source).body]
    imports = import_paths(statements)
    paths = dict(imports)
    literals: dict[str, ast.expr] = {}
    helpers = {s.name for s in statements if isinstance(s, DEFINES)}
    for name, value in constants(statements):
        path = dotted(value, paths)
        if path:
            paths[name] = path
        elif isinstance(value, ast.Lambda):
            helpers.add(name)
        elif is_literal(value):
            literals[name] = value
    names = frozenset(name for definition in definitions for name in definition.names)
    return Surroundings(names, imports, paths, literals, frozenset(helpers))


DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def constants(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name that is set to one value, and the value."""
    for statement in statements:
        match statement:
            case ast.Assign(targets=targets, value=value):
                yield from ((t.id, value) for t in targets if isinstance(t, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def is_literal(value: ast.expr) -> bool:
    """Say whether an expression is a literal, possibly with a sign, or a tuple of such."""
    match value:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()) | ast.Constant():
            return True
        case ast.Tuple(elts=parts):
            return all(map(is_literal, parts))
    return False
