"""The function that is asked for, in single assignment and in tangent's dialect."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from refactorer.primal.assignments import Assignments
from refactorer.primal.reader import Reader
from refactorer.primal.refusals import refused
from refactorer.primal.safe_names import SafeNames
from refactorer.primal.signature import header, is_number, resolved
from refactorer.primal.statements import Statements
from refactorer.primal.surroundings import Surroundings, surroundings
from refactorer.reading.literals import dotted
from refactorer.reading.source import SPLIT, Source, Span, tree
from refactorer.reading.target import Target

__all__ = ["Primal", "Span", "normalise"]


@dataclass(frozen=True)
class Primal:
    """A target in the dialect, and the way from our names back to the user's.

    - `code` defines the function in our names. It has one operation a line, sets each name once,
      and runs after the target's definitions, with `np`.
    - `wrt` are our names of the parameters to differentiate with respect to, `output` is that of
      the value returned.
    - `names` maps our names to the user's, where they stand for one.
    - `expressions` maps the place of an expression in `target.source` to our name of its value;
      parameters and assigned names are among the expressions. Values that the output does not
      depend on are left out.
    - `pinned` are names of the user's that must keep their values.
    - `turns` tells whether it is the body of a loop: its reverse may compute a value that is one
      operation away again, so that it need not be kept for each turn.
    """

    target: Target
    code: str
    wrt: tuple[str, ...]
    output: str
    names: Mapping[str, str]
    expressions: Mapping[Span, str]
    pinned: frozenset[str] = frozenset()
    turns: bool = False

    @property
    def module(self) -> str:
        """The target's definitions, `np`, and the code: a text that runs on its own."""
        definitions = "".join(definition.source for definition in self.target.definitions)
        return f"{definitions}import numpy as np\n{self.code}"


def normalise(
    target: Target,
    wrt: tuple[str, ...],
    reserved: frozenset[str],
    options: Mapping[str, str] | None = None,
    elementary: Collection[str] = (),
) -> Primal:
    """Return a target in the dialect; `reserved` are the names that no value may have.

    `options` are the texts of the values of parameters that are options of NumPy's, `elementary`
    the user's functions that may be called. Raises Usage if `wrt` names no parameter, and Refused,
    with the place, for a construct that is not supported.
    """
    module = surroundings(target.definitions)
    module.paths.update({name: name for name in elementary})
    asked = resolved(wrt, target, module)
    function = parsed(target)
    written = with_parameters(target, function, module, reserved)
    ours = {user: ast.unparse(name) for user, name in written.values.items()}
    written.active |= {ours[user] for user in asked}
    written.literals |= {ours[user]: expression(text) for user, text in (options or {}).items()}
    output = write_statements(Reader(target, module, written, reserved), function)
    lines = live(written.lines, output)
    kept = {*ours.values(), *(name for name, _ in lines)}
    return Primal(
        target=target,
        code=header(function, ours) + body(lines, output),
        wrt=tuple(ours[user] for user in asked),
        output=output,
        names={name: user for name, user in written.names.items() if name in kept},
        expressions={span: name for span, name in written.expressions.items() if name in kept},
    )


def expression(text: str) -> ast.expr:
    """Return the tree of an expression."""
    return ast.parse(text, mode="eval").body


def parsed(target: Target) -> ast.FunctionDef:
    """Return the tree of the function, which takes named parameters only."""
    function = tree(target.source).body[0]
    assert isinstance(function, ast.FunctionDef)
    starred = function.args.vararg or function.args.kwarg
    if starred:
        raise refused(target, starred, f"`*{starred.arg}` is not taken", "Name the parameters")
    return function


def write_statements(reader: Reader, function: ast.FunctionDef) -> str:
    """Write a function's statements into what the reader holds; return the name of the output."""
    try:
        return Statements(reader).run(function)
    except RecursionError:
        reason = "an expression is nested too deeply"
        raise refused(reader.target, function, reason, SPLIT, code="too-deep") from None


def body(lines: Iterable[tuple[str, ast.expr]], output: str) -> str:
    """Return the text of the lines of a function, and of its return."""
    texts = (f"    {name} = {ast.unparse(operation)}\n" for name, operation in lines)
    return "".join([*texts, f"    return {output}\n"])


def with_parameters(
    target: Target, function: ast.FunctionDef, module: Surroundings, reserved: frozenset[str]
) -> Assignments:
    """Return what is written of a function before its first statement: its parameters."""
    users = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    users |= {parameter.name for parameter in target.parameters}
    safe = SafeNames(frozenset(users), reserved | module.names)
    written = Assignments(Source(target.source), safe, {**module.paths}, {**module.literals})
    given = function.args
    for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs):
        written.parameter(argument)
    for parameter in target.parameters:
        path = dotted(expression(parameter.default or "0"), module.paths)
        written.paths |= {parameter.name: path} if path and not is_number(path) else {}
    return written


# The derivatives of these read every part of what they return, by the names that the user gave.
FACTORED = frozenset({"np.linalg.eigh", "np.linalg.svd"})


def live(lines: Iterable[tuple[str, ast.expr]], output: str) -> list[tuple[str, ast.expr]]:
    """Return the lines that the output depends on, with all factors where it depends on one."""
    rows, needed = [*lines], {output}
    factored = set()
    for name, operation in reversed(rows):
        if name in needed:
            needed |= {node.id for node in ast.walk(operation) if isinstance(node, ast.Name)}
            factored |= {name} if function_called(operation) in FACTORED else set()
    return [row for row in rows if row[0] in needed or part_of(row[1]) in factored]


def function_called(operation: ast.expr) -> str:
    """Return the function that an operation calls; empty if it is no call."""
    return ast.unparse(operation.func) if isinstance(operation, ast.Call) else ""


def part_of(operation: ast.expr) -> str:
    """Return the name of what an operation takes a part of, by its number; empty if it does not."""
    match operation:
        case ast.Subscript(value=ast.Name(id=whole), slice=ast.Constant(value=int())):
            return whole
    return ""
