"""Replaces calls of functions that are values by calls of functions by their names.

Names that stand for functions are followed; what is given a function, or returns one, is written
out where it is called; a loop over functions is its turns, one after the other.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import replace

import libcst as cst

from refactorer.callables.expressions import Expressions
from refactorer.callables.following import Env, Following
from refactorer.callables.known import Functions
from refactorer.callables.statements import FollowedStatements
from refactorer.errors import Refused
from refactorer.flow.callees import helpers_in
from refactorer.flow.names import Names, stores
from refactorer.flow.tidying.folding import folded
from refactorer.printing.written import names_in
from refactorer.reading.contents import Definition
from refactorer.reading.free_names import free_names
from refactorer.reading.target import Target
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import function_in, lines


def with_calls(target: Target, namespace: Mapping[str, object]) -> Target:
    """Return a target in which functions are called by their names, also by what it calls.

    `namespace` holds what its module binds. Raises Refused where a function cannot be told.
    """
    written = tuple(with_calls_in(d, target, namespace) for d in target.definitions)
    source = calling(replace(target, definitions=written), namespace)
    return replace(target, definitions=written, source=source)


def with_calls_in(
    definition: Definition, target: Target, namespace: Mapping[str, object]
) -> Definition:
    """Return a definition, a function with functions as values in terms of calls if possible."""
    match ast.parse(definition.source).body:
        case [ast.FunctionDef(name=name)]:
            own = replace(target, name=name, source=definition.source.strip() + "\n")
            try:
                source = calling(own, namespace)
            except Refused:  # where it is called, it is written out with functions that are known
                return definition
            if source != own.source:
                text = f"\n\n{source}\n\n"
                return replace(definition, source=text, reads=free_names(text))
    return definition


def calling(target: Target, namespace: Mapping[str, object]) -> str:
    """Return the text of a target in which functions are called by their names."""
    definition = function_in(target.source)
    own = {p.arg for p in ast.walk(ast.parse(target.source)) if isinstance(p, ast.arg)}
    hidden = own | stores(target.source)
    functions = Functions(helpers_in(target), namespace, frozenset(hidden))
    names = Names({*names_in(target.source), *namespace, *dir(builtins)})
    following = FollowedStatements(target, names, functions, set(), stores(target.source))
    body = following.suite([*lines(definition.body)], functions_of_module(following))
    if not following.needed:
        return target.source
    found = folded(body, following.passing)
    return code(definition.with_changes(body=cst.IndentedBlock(found), leading_lines=()))


def functions_of_module(following: Following) -> Env:
    """Return which names of the module stand for functions, or for what holds some."""
    env: Env = {}
    for definition in following.target.definitions:
        match cst.parse_module(definition.source).body[:1]:
            case [cst.SimpleStatementLine(body=[small])]:
                constant(small, following, env)
    following.needed = False
    return env


def constant(small: cst.BaseSmallStatement, following: Following, env: Env) -> None:
    """Note what a constant of the module stands for."""
    match small:
        case cst.Assign(targets=[cst.AssignTarget(cst.Name(name))], value=value) | (
            cst.AnnAssign(target=cst.Name(name), value=cst.BaseExpression() as value)
        ) if name not in following.functions.hidden and isinstance(value, MAY_HOLD):
            found = Expressions(following, env).reduced(value)
            if following.functions.has_functions(found):
                env[name] = found


MAY_HOLD = (cst.Dict, cst.Tuple, cst.List, cst.Lambda, cst.Call)
