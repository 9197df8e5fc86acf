"""The text that a notebook's cells would be as one file, for functions that are defined in them."""

from __future__ import annotations

import ast
import inspect
import linecache
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from refactorer.errors import Usage

NOTEBOOK = "notebook"  # what the cells are called where an error names a place
MARK = "# refactor-grad "  # above code that was printed for a cell
# Cell magics that run what stands below them in the notebook itself.
RUNNING = {"capture", "prun", "refactor_grad", "time"}

Definition = ast.FunctionDef | ast.ClassDef


def is_from_cell(function: Callable[..., Any]) -> bool:
    """Tell whether a function was defined at the top level of a cell whose text is still known."""
    if not inspect.isfunction(function):
        return False
    file = function.__code__.co_filename
    kept = not os.path.isfile(file) and linecache.getlines(file)
    return bool(kept) and function.__qualname__.isidentifier()


def text_around(function: Callable[..., Any]) -> str:
    """Return the text of the cells that were executed, among them that of a function.

    IPython keeps them in `In`, except those that are run without history. Raises Usage if another
    function of that name was defined since.
    """
    name, executed = function.__name__, [*map(str, function.__globals__.get("In", ()))]
    own = "".join(linecache.getlines(function.__code__.co_filename))
    is_kept = any(key(node) == f"def {name}" for cell in executed for node, _ in statements(cell))
    text = as_file(executed if is_kept else [*executed, own])
    found = [ast.dump(n) for n in ast.parse(text).body if key(n) == f"def {name}"]
    if found != [ast.dump(ast.parse(inspect.getsource(function)).body[0])]:
        raise Usage(f"`{name}` has been defined anew since", "Give the new one")
    return text


def as_file(cells: Sequence[str]) -> str:
    """Return the statements of cells as one text, in which each name is defined once."""
    pieces = [piece for cell in cells if not cell.startswith(MARK) for piece in statements(cell)]
    kept: dict[str, int] = {}
    for k, (node, _) in enumerate(pieces):
        kept[key(node)] = kept.get(key(node), k) if is_import(node) else k
    return "".join(f"{pieces[k][1]}\n" for k in sorted(kept.values()))


def is_import(node: ast.stmt) -> bool:
    """Tell whether a statement is an import, of which the first holds for what comes after it."""
    return isinstance(node, ast.Import | ast.ImportFrom)


def key(node: ast.stmt) -> str:
    """Return what a later statement has in common with one that it replaces."""
    return f"def {node.name}" if isinstance(node, Definition) else ast.dump(node)


def statements(cell: str) -> Iterator[tuple[ast.stmt, str]]:
    """Yield the statements of a cell with their texts; none of what is no Python."""
    with suppress(SyntaxError):
        for node in ast.parse(cell).body:
            if not isinstance(node, ast.Expr):
                yield node, text_of(node, cell)
            elif body := run_by_magic(node.value):
                yield from statements(body)


def run_by_magic(call: ast.expr) -> str:
    """Return what stands below a magic that runs it, as IPython writes such a cell."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="run_cell_magic"),
            args=[ast.Constant(magic), _, ast.Constant(str(body))],
        ):
            return body if magic in RUNNING else ""
    return ""


def text_of(node: ast.stmt, cell: str) -> str:
    """Return the text of a statement, its decorators included."""
    if not isinstance(node, Definition):
        return ast.get_source_segment(cell, node) or ""
    first = min(n.lineno for n in (node, *node.decorator_list))
    return "\n".join(cell.split("\n")[first - 1 : node.end_lineno])
