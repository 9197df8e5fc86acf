"""Functions that take their array module from an argument: `xp = get_array_module(X)`."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from refactorer.printing.names.naming import free
from refactorer.printing.splices import Splice, spliced
from refactorer.reading.literals import import_paths
from refactorer.reading.source import Source, Span, tree

HELPER = "get_array_module"
NEW_HELPER = '''\
def get_array_module(X):
    """Return the module that an array is of: NumPy, CuPy, jax.numpy, ..."""
    return X.__array_namespace__() if hasattr(X, "__array_namespace__") else {numpy}


'''


def with_array_module(text: str, names: Sequence[str], arrays: Sequence[str]) -> str:
    """Return a file in which the functions with these names ask one of their arrays for its module.

    `arrays` are the parameters to be asked, the preferred first. A function that asks already stays
    as it is. The user's own `get_array_module` is called; where there is none, one is written.
    """
    module, source = tree(text), Source(text)
    functions = [f for f in module.body if isinstance(f, ast.FunctionDef) and f.name in names]
    asking = [f for f in functions if f.name != HELPER and not asks(f) and f.args.args]
    paths = import_paths(module.body)
    splices = [s for f in asking for s in asked(f, source, paths, arrays)]
    if asking and not binds_helper(module):
        splices += [helper(asking[0], source, paths)]
    return spliced(text, splices)


def asks(function: ast.FunctionDef) -> bool:
    """Tell whether a function asks an array for its module."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return any(ast.unparse(call.func).endswith(HELPER) for call in calls)


def binds_helper(module: ast.Module) -> bool:
    """Tell whether a file has a `get_array_module` of its own."""
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    return HELPER in functions | set(import_paths(module.body))


def helper(function: ast.FunctionDef, source: Source, paths: Mapping[str, str]) -> Splice:
    """Return the splice that writes `get_array_module` above a function."""
    numpy = next((name for name, path in paths.items() if path == "numpy"), "")
    text = NEW_HELPER.format(numpy=numpy or "np")
    line = min([function.lineno, *(node.lineno for node in function.decorator_list)])
    start = source.starts[line - 1]
    return Splice(Span(start, start), text if numpy else f"import numpy as np\n\n\n{text}")


def asked(
    function: ast.FunctionDef, source: Source, paths: Mapping[str, str], arrays: Sequence[str]
) -> Iterator[Splice]:
    """Yield the splices by which a function asks for the module, and uses it in NumPy's place."""
    local = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    parameters = [argument.arg for argument in function.args.args]
    name = free(["xp", "array_module"], local.union(parameters))
    array = next((one for one in arrays if one in parameters), parameters[0])
    docstring = ast.get_docstring(function, clean=False) is not None
    first = function.body[docstring if len(function.body) > 1 else 0]
    start = source.span(first).start
    indent = source.text[source.starts[first.lineno - 1] : start]
    glue = "; " if indent.strip() else f"\n{indent}"
    yield Splice(Span(start, start), f"{name} = {HELPER}({array}){glue}")
    for statement in function.body:
        yield from module_splices(statement, source, paths, name)


def module_splices(
    node: ast.AST, source: Source, paths: Mapping[str, str], name: str
) -> Iterator[Splice]:
    """Yield the splices that take what is NumPy's from the module of this name."""
    match node:
        case ast.Name(id=known, ctx=ast.Load()) if paths.get(known) == "numpy":
            yield Splice(source.span(node), name)
        case ast.Name(id=known, ctx=ast.Load()) if paths.get(known, "").startswith("numpy."):
            yield Splice(source.span(node), paths[known].replace("numpy", name, 1))
        case _:
            for child in ast.iter_child_nodes(node):
                yield from module_splices(child, source, paths, name)


def without_unread(text: str) -> str:
    """Return a function without the line that asks for its module, where nothing is taken of it."""
    names = Counter(node.id for node in ast.walk(tree(text)) if isinstance(node, ast.Name))
    for name in names:
        if names[name] == 1:
            text = re.sub(rf"(?m)^ *{name} = {HELPER}\(\w+\)\n\n?", "", text)
    return text
