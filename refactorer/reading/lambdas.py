"""A name that is bound to a lambda, as the `def` that is the same function."""

from __future__ import annotations

import ast
import re

from refactorer.reading.source import Source, tree


def with_def(name: str, module: ast.Module, source: Source) -> Source | None:
    """Return a file in which a name is bound by a `def`, on the lines of its last binding.

    None where that is no lambda.
    """
    found = [s for s in module.body if binds(s, name)]
    match found[-1:]:
        case [ast.Assign(value=ast.Lambda() as value) | ast.AnnAssign(value=ast.Lambda() as value)]:
            span = source.span(found[-1])
            text = source.text[: span.start] + definition(name, value, source)
            return Source(text + source.text[span.end :])
    return None


def binds(statement: ast.stmt, name: str) -> bool:
    """Tell whether a statement is a function of a name, or an assignment to it alone."""
    match statement:
        case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound):
            return bound == name
        case ast.Assign(targets=[ast.Name(bound)]) | ast.AnnAssign(target=ast.Name(bound)):
            return bound == name
    return False


def definition(name: str, value: ast.Lambda, source: Source) -> str:
    """Return the `def` of a lambda, with as many line feeds as it has."""
    span = source.span(value)
    last = max(
        (source.span(node).end for node in parameters_of(value.args)), default=span.start + LAMBDA
    )
    colon = source.text.index(":", last)
    parameters = source.text[span.start + LAMBDA : colon]
    body = source.text[colon + 1 : span.end].strip(" ")
    if not stands(body):
        body = f"({body})"
    return f"def {name}({parameters.strip(' ')}): return {body}"


LAMBDA = len("lambda")


def parameters_of(arguments: ast.arguments) -> list[ast.arg | ast.expr]:
    """Return the parameters of a lambda and their defaults."""
    return [node for node in ast.walk(arguments) if isinstance(node, ast.arg | ast.expr)]


def stands(body: str) -> bool:
    """Tell whether a text is an expression without parentheses around it."""
    try:
        return bool(tree(f"_ = {body}\n")) and not re.match(r"\s*\n", body)
    except SyntaxError:
        return False
