"""The `def` that a name stands for in a file: a function, or `Class.method` as a function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from refactorer.errors import Place, Refused, Usage
from refactorer.reading.depth import too_deep
from refactorer.reading.offers import Offer, located_text
from refactorer.reading.source import SPLIT, Located, Source, tree
from refactorer.reading.spelling import meant

AnyFunction: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
BOUND = ("staticmethod", "classmethod")


@dataclass(frozen=True)
class Named:
    """A `def` without decorators, the texts of those that it had, and whether it is a method.

    One that takes an object is given it first: `self`, or the class.
    """

    definition: ast.FunctionDef
    decorators: tuple[str, ...]
    is_method: bool
    takes_object: bool


def last_definition(name: str, module: ast.Module, source: Source, file: str) -> Named:
    """Return the last `def` of a name: the one that a caller would get.

    Raises Usage where there is none, and Refused where it is no plain function.
    """
    *classes, own = name.split(".")
    body = class_body(classes, module.body)
    found = {s.name: s for s in body if isinstance(s, AnyFunction)}.get(own)
    if found is None:
        place, hint = suggestion(name, module, source, file)
        where = "" if classes else " at its top level"
        raise Usage(f"{file} has no function `{name}`{where}", hint, place, code="no-function")
    decorators = tuple(source.segment(d) for d in found.decorator_list)
    plain = refuse_others(found, source, file)
    plain.decorator_list.clear()
    left_out = tuple(d for d in decorators if not (classes and d in BOUND))
    return Named(plain, left_out, bool(classes), bool(classes) and "staticmethod" not in decorators)


def class_body(classes: Sequence[str], body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """Return the statements of a class in a class in a body; none where there is no such class."""
    for name in classes:
        found = [s.body for s in body if isinstance(s, ast.ClassDef) and s.name == name]
        body = found[-1] if found else ()
    return body


def refuse_others(found: AnyFunction, source: Source, file: str) -> ast.FunctionDef:
    """Return a definition; raise Refused for one whose call returns no value of its own."""
    if isinstance(found, ast.AsyncFunctionDef):
        reason, hint = f"`{found.name}` is async", "Write it with a plain `def`"
        raise Refused(reason, hint, position_of(found, source, file))
    for node in own_nodes(found):
        if isinstance(node, ast.Yield | ast.YieldFrom):
            reason, hint = "a generator is not taken", "Return an array of what it yields"
            raise Refused(reason, hint, position_of(node, source, file))
    if deep := too_deep(found):
        reason = "this expression is nested too deeply"
        raise Refused(reason, SPLIT, position_of(deep, source, file), code="too-deep")
    return found


def own_nodes(function: AnyFunction) -> Iterator[ast.AST]:
    """Yield the nodes of a function that are in none of the functions inside it."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, AnyFunction | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def suggestion(
    name: str, module: ast.Module, source: Source, file: str
) -> tuple[Place | None, str]:
    """Return where something else has the name, if so, and what to do."""
    functions = tuple(functions_of(module.body))
    nodes = [node for node in ast.walk(module) if isinstance(node, ast.stmt)]
    for node in nodes:
        if hint := other_meaning(node, name):
            return position_of(node, source, file), hint
    if question := meant(name, functions):
        return None, question
    for node in nodes:
        if isinstance(node, ast.FunctionDef) and node.name == name.rpartition(".")[2]:
            return position_of(node, source, file), f"Move the one on line {node.lineno} there"
    listed = ", ".join(f"`{function}`" for function in functions)
    return None, f"It has {listed}" if functions else "It has no function there"


def other_meaning(node: ast.stmt, name: str) -> str:
    """Return what to do where a statement makes a name a class, "" elsewhere."""
    match node:
        case ast.ClassDef(name=other) if other == name:
            methods = ", ".join(f"`{name}.{method}`" for method in functions_of(node.body))
            return f"It is a class, with the methods {methods}" if methods else "It is a class"
    return ""


def functions_of(body: Sequence[ast.stmt], prefix: str = "") -> Iterator[str]:
    """Yield the names of functions and methods, as they are asked for."""
    for statement in body:
        if isinstance(statement, AnyFunction):
            yield prefix + statement.name
        elif isinstance(statement, ast.ClassDef):
            yield from functions_of(statement.body, f"{prefix}{statement.name}.")


def position_of(node: Located, source: Source, file: str) -> Place:
    """Return where a node starts."""
    return Place(file, node.lineno, source.column(node.lineno, node.col_offset) + 1)


def method(found: Named, source: Source, file: str) -> Offer:
    """Return the offer of a method as a function, without the object that it is given first.

    Raises Refused where it reads that object.
    """
    first = parameters(found.definition)[:1] if found.takes_object else []
    names = {"super", "__class__", *(argument.arg for argument in first)}
    for node in ast.walk(found.definition):
        if isinstance(node, ast.Name) and node.id in names:
            reason = f"`{found.definition.name}` reads `{node.id}`"
            hint = "Make a function of it, with arguments for what it reads"
            raise Refused(reason, hint, position_of(node, source, file), code="reads-state")
    indent = found.definition.col_offset
    line, text = located_text(found.definition, source)
    text = re.sub(rf"^[ \t]{{{indent}}}", "", text, flags=re.MULTILINE)
    own = tree(text).body[0]
    assert isinstance(own, ast.FunctionDef)
    for argument in parameters(own)[: len(first)]:
        span = Source(text).span(argument)
        text = text[: span.start] + text[span.end :].lstrip().removeprefix(",").lstrip(" ")
    return Offer((own.name,), text, line, indent=indent)


def parameters(function: ast.FunctionDef) -> list[ast.arg]:
    """Return the parameters that are given by position."""
    return [*function.args.posonlyargs, *function.args.args]
