"""The target: a function, and the definitions of its file that it reads; nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from refactorer.errors import Place
from refactorer.reading.contents import Definition, contents
from refactorer.reading.functions import Named, last_definition, method
from refactorer.reading.lambdas import with_def
from refactorer.reading.neighbours import with_neighbours
from refactorer.reading.offers import offer
from refactorer.reading.source import Source, parse
from refactorer.reading.source_file import read

__all__ = ["Definition", "Parameter", "Target", "find"]


@dataclass(frozen=True)
class Parameter:
    """One parameter; annotation and default are the texts that the user wrote."""

    name: str
    annotation: str | None = None
    default: str | None = None

    @property
    def is_positive_by_default(self) -> bool:
        """Whether its default is a number above zero."""
        with suppress(ValueError, SyntaxError):
            value = ast.literal_eval(self.default or "None")
            return type(value) in (int, float) and value > 0
        return False


@dataclass(frozen=True)
class Target:
    """A function of a file, and the definitions of the file that it needs to run on its own.

    `line` is where its `def` stands in the file, counted from 1; `source` is the text from there,
    without the `indent` of a method. `remarks` say what is not as in the file.
    """

    file: str
    name: str
    line: int
    source: str
    definitions: tuple[Definition, ...]
    parameters: tuple[Parameter, ...]
    indent: int = 0
    remarks: tuple[str, ...] = ()

    def place(self, line: int = 1, column: int = 1) -> Place:
        """Return where a line and a column of `source`, counted from 1, stand in the file."""
        return Place(self.file, self.line + line - 1, column + self.indent)

    @property
    def last_line(self) -> int:
        """Where it ends in the file, counted from 1."""
        return self.line + self.source.count("\n") - 1

    @property
    def module(self) -> str:
        """The definitions and the function, as a text that runs on its own."""
        return "".join(definition.source for definition in self.definitions) + self.source


def find(file: str, name: str, imports: bool = False, text: str | None = None) -> Target:
    """Return the function with this name at the top level of a file, or the method `Class.method`.

    A lambda that has the name is taken as a `def`. `text` is what the file is taken to hold; where
    there is none, it is read. With `imports`, what only running the file would tell is imported
    from it, also by what is printed.
    Raises Usage where there is no such file or function, or the file does not compile, and Refused
    where the function reads what only running the file would tell.
    """
    source = Source(read(file).plain if text is None else text)
    tree = parse(source.text, file)
    if written := with_def(name, tree, source):
        return find(file, name, imports, written.text)
    found = last_definition(name, tree, source, file)
    function = found.definition
    piece = method(found, source, file) if found.is_method else offer(function, source)
    offered = with_neighbours(contents(tree, source, file))
    offered = offered.importing(Path(file).stem) if imports else offered
    return Target(
        file=file,
        name=function.name,
        line=piece.line,
        source=piece.source,
        definitions=offered.closure(piece),
        parameters=tuple(parameters(function.args, source))[found.takes_object :],
        indent=piece.indent,
        remarks=tuple(remarks(name, found)),
    )


def remarks(name: str, found: Named) -> Iterator[str]:
    """Yield what the printed function has not of the one that is in the file."""
    if found.is_method:
        yield f"{name} is printed as a function: it reads nothing of its class"
    for decorator in found.decorators:
        yield f"@{decorator} is left out: the gradient is that of `{name}` without it"


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
        )
