"""The functions that a target calls: those of its module and those inside it, lambdas included."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

import libcst as cst

from refactorer.flow.straight import ARRAY_MODULE
from refactorer.reading.contents import Definition
from refactorer.reading.target import Target
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, function_in, line, lines


def with_functions(target: Target) -> Target:
    """Return a target in which what is called by a name is a `def` with that name."""
    definitions = tuple(lambda_as_function(d) for d in target.definitions)
    function = function_in(target.source)
    body = [*lines(function.body)]
    put = [as_function(statement) or statement for statement in body]
    if all(one is other for one, other in zip(body, put, strict=True)):
        return replace(target, definitions=definitions)
    source = code(function.with_changes(body=cst.IndentedBlock(put)))
    return replace(target, definitions=definitions, source=source)


def lambda_as_function(definition: Definition) -> Definition:
    """Return the definition of a function, if it is that of a lambda."""
    match cst.parse_module(definition.source).body:
        case [cst.SimpleStatementLine() as statement]:
            function = as_function(statement)
            return (
                replace(definition, source=f"\n\n{code(function)}\n\n") if function else definition
            )
    return definition


def as_function(statement: Statement) -> Statement | None:
    """Return `name = lambda ...: value` as a function."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name(name))],
                    value=cst.Lambda(params=parameters, body=value),
                )
            ]
        ):
            text = f"def {name}({code(parameters)}):\n    return {code(value)}\n"
            found = line(text)
            return found.with_changes(leading_lines=statement.leading_lines)
    return None


def inner_functions(target: Target) -> Mapping[str, str]:
    """Return the texts of the functions inside a target, by their names."""
    function = function_in(target.source)
    found = [s for s in lines(function.body) if isinstance(s, cst.FunctionDef)]
    return {f.name.value: code(f.with_changes(leading_lines=())) for f in found if is_plain(f)}


def helpers_in(target: Target) -> Mapping[str, str]:
    """Return the texts of the functions around a target, by their names."""
    return {
        statement.name: definition.source
        for definition in target.definitions
        for statement in ast.parse(definition.source).body
        if isinstance(statement, ast.FunctionDef) and statement.name != ARRAY_MODULE
    }


def is_plain(function: cst.FunctionDef) -> bool:
    """Tell whether a function can be inlined where it is called."""
    nodes = ast.walk(ast.parse(code(function.with_changes(leading_lines=()))))
    return not any(
        isinstance(n, ast.Yield | ast.YieldFrom | ast.Nonlocal | ast.Global) for n in nodes
    )
