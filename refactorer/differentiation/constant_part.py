"""The lines of a primal that carry no cotangent: tangent never sees them.

What tangent cannot read (an index that is computed, a function that it does not know) or would fold
(`X * 0`) is an argument of the function that it is given, and a line again in what it wrote.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence

import libcst as cst

from refactorer.adjoint import definition
from refactorer.primal.activity import IsConstant, Line, active
from refactorer.syntax.dataflow import bound, reads
from refactorer.syntax.suites import Statement


def lines(code: str) -> list[Line]:
    """Return the names that the lines of a function set, and their values."""
    found = []
    for statement in definition(code).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.append((name, value))
    return found


def constant_lines(code: str, wrt: Iterable[str], is_constant: IsConstant) -> frozenset[str]:
    """Return the names that are set to constants."""
    every = lines(code)
    return frozenset(name for name, _ in every) - active(wrt, every, is_constant)


def with_values_given(code: str, names: frozenset[str]) -> str:
    """Return a function that takes these values as arguments behind its own."""
    function = definition(code)
    function.body = [s for s in function.body if not (isinstance(s, ast.Assign) and sets(s, names))]
    read = {n.id for n in ast.walk(ast.Module(function.body, [])) if isinstance(n, ast.Name)}
    added = [name for name, _ in lines(code) if name in names & read]
    function.args.args += [ast.arg(name) for name in added]
    return ast.unparse(function) + "\n"


def needed(code: str) -> str:
    """Return a function without the lines that its output does not depend on."""
    function = definition(code)
    read: set[str] = set()
    kept: list[ast.stmt] = []
    for statement in reversed(function.body):
        if not isinstance(statement, ast.Assign) or sets(statement, read):
            read |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name)}
            kept.append(statement)
    function.body = kept[::-1]
    return ast.unparse(function) + "\n"


def sets(statement: ast.Assign, names: Collection[str]) -> bool:
    """Tell whether a statement sets one of the names."""
    return any(isinstance(t, ast.Name) and t.id in names for t in statement.targets)


def with_lines(code: str, forward: Sequence[Statement], behind: frozenset[str]) -> list[Statement]:
    """Return a forward part with the lines that it and what comes `behind` it read and lack."""
    texts = {name: f"{name} = {ast.unparse(value)}" for name, value in lines(code)}
    known = set(filter(None, map(bound, forward)))
    result: list[Statement] = []

    def put(names: Iterable[str]) -> None:
        for name in sorted(names, key=[*texts].index):
            known.add(name)
            line = cst.ensure_type(cst.parse_statement(texts[name]), cst.SimpleStatementLine)
            put(missing(line))
            result.append(line)

    def missing(statement: cst.CSTNode) -> set[str]:
        return {name for name in reads(statement) if name in texts} - known

    for statement in forward:
        put(missing(statement))
        result.append(statement)
    put({*behind} & {*texts} - known)
    return result
