"""The function that is asked for, and what of its file it reads; nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from refactorer.errors import Place, Refused, Usage
from refactorer.reading.contents import Definition, contents, offer
from refactorer.reading.neighbours import with_neighbours
from refactorer.reading.source import Source, parse, read
from refactorer.spelling import meant

__all__ = ["Definition", "Parameter", "Target", "find"]


@dataclass(frozen=True)
class Parameter:
    """One parameter; annotation and default are the texts that the user wrote."""

    name: str
    annotation: str | None = None
    default: str | None = None
    keyword_only: bool = False
    positional_only: bool = False


@dataclass(frozen=True)
class Target:
    """A function of a file, and the definitions of the file that it needs to run on its own.

    `line` is where its `def` stands in the file, counted from 1; `source` is the text from there.
    """

    file: str
    name: str
    line: int
    source: str
    definitions: tuple[Definition, ...]
    parameters: tuple[Parameter, ...]

    @property
    def module(self) -> str:
        """The definitions and the function, as a text that runs on its own."""
        return "".join(definition.source for definition in self.definitions) + self.source


def find(file: str, name: str, imports: bool = False) -> Target:
    """Return the function with this name at the top level of a file.

    With `imports`, what only running the file would tell is imported from it, also by what is
    printed.
    Raises Usage where there is no such file or function, or the file does not compile, and Refused
    where the function reads what only running the file would tell.
    """
    source = Source(read(file))
    tree = parse(source.text, file)
    function = function_named(name, tree, file)
    function.decorator_list.clear()
    piece = offer(function, source)
    offered = with_neighbours(contents(tree, source, file))
    offered = offered.importing(Path(file).stem) if imports else offered
    return Target(
        file=file,
        name=name,
        line=piece.line,
        source=piece.source,
        definitions=offered.closure(piece),
        parameters=tuple(parameters(function.args, source)),
    )


def function_named(name: str, tree: ast.Module, file: str) -> ast.FunctionDef:
    """Return the last `def` of a name at the top level: the one that a caller would get."""
    functions = {
        s.name: s for s in tree.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    found = functions.get(name)
    if found is None:
        hint = suggestion(name, tuple(functions), tree)
        raise Usage(f"{file} has no function `{name}` at its top level", hint, code="no-function")
    if isinstance(found, ast.AsyncFunctionDef):
        place = Place(file, found.lineno, found.col_offset + 1)
        raise Refused(f"`{name}` is async", "Write it with a plain `def`", place)
    return found


def suggestion(name: str, functions: tuple[str, ...], tree: ast.Module) -> str:
    """Return what may have been meant by a name that is no function of the file."""
    question = meant(name, functions)
    inner = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == name]
    if question:
        return question
    if inner:
        return f"Move the one on line {inner[0].lineno} there"
    listed = ", ".join(f"`{function}`" for function in functions)
    return f"It has {listed}" if functions else "It has no function there"


def parameters(arguments: ast.arguments, source: Source) -> Iterator[Parameter]:
    """Yield the named parameters of a signature, in order."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    rows = [*zip(plain, defaults, strict=True)]
    rows += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    for argument, default in rows:
        yield Parameter(
            name=argument.arg,
            annotation=source.segment(argument.annotation) if argument.annotation else None,
            default=source.segment(default) if default else None,
            keyword_only=argument in arguments.kwonlyargs,
            positional_only=argument in arguments.posonlyargs,
        )
