"""What each statement at the top level of a file offers: names, and the text that sets them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refactorer.reading.depth import too_deep
from refactorer.reading.literals import root, stands_alone
from refactorer.reading.source import Source, symbols


@dataclass(frozen=True)
class Offer:
    """A top-level statement that sets names, or one alias of an import.

    `line` is where it starts in the file, which is another than the user's if `file` is set, and
    `indent` by how much its text was dedented. `obstacle`, if any, says why it cannot be executed
    by itself.
    """

    names: tuple[str, ...]
    source: str
    line: int
    obstacle: str = ""
    indent: int = 0
    file: str = ""


def offers(statement: ast.stmt, source: Source, paths: Mapping[str, str]) -> Iterator[Offer]:
    """Yield what a top-level statement offers."""
    match statement:
        case _ if too_deep(statement):
            yield offer(statement, source, f"is nested too deeply on line {statement.lineno}")
        case ast.Import(names=names):
            for alias in names:
                text = ast.unparse(ast.Import([alias]))
                yield Offer((alias.asname or root(alias.name),), text + "\n", statement.lineno)
        case ast.ImportFrom():
            yield from imported(statement)
        case ast.If(test=test) if "__name__" in ast.unparse(test):
            return
        case _:
            alone = stands_alone(statement, paths)
            yield offer(statement, source, "" if alone else RUN.format(statement.lineno))


RUN = "is set on line {} by code that would have to run"


def imported(statement: ast.ImportFrom) -> Iterator[Offer]:
    """Yield each alias of a `from ... import ...`."""
    module = "." * statement.level + (statement.module or "")
    for alias in statement.names if module != "__future__" else ():
        text = ast.unparse(ast.ImportFrom(statement.module, [alias], statement.level))
        obstacle = f"comes from `{text}`, which needs the package around the file"
        if alias.name == "*":
            obstacle = f"may come from `{text}`"
        alone = statement.level == 0 and alias.name != "*"
        yield Offer(
            (alias.asname or alias.name,), text + "\n", statement.lineno, "" if alone else obstacle
        )


def offer(statement: ast.stmt, source: Source, obstacle: str = "") -> Offer:
    """Return the offer of a statement that is no import."""
    line, text = located_text(statement, source)
    return Offer(names_set(statement, text), text, line, obstacle)


def names_set(statement: ast.stmt, text: str) -> tuple[str, ...]:
    """Return the names that a statement sets; a file may have many constants of the plain kind."""
    match statement:
        case ast.Assign(targets=[ast.Name(name)], value=ast.Constant() | ast.Name()):
            return (name,)
    table = symbols(text).get_symbols()
    return tuple(s.get_name() for s in table if s.is_assigned() or s.is_imported())


def located_text(statement: ast.stmt, source: Source) -> tuple[int, str]:
    """Return the first line of a statement, and its text with a comment that ends it."""
    assert statement.end_lineno is not None
    first = min(node.lineno for node in [statement, *getattr(statement, "decorator_list", ())])
    end = source.starts[statement.end_lineno] - 1
    span = source.span(statement)
    before = source.text[source.starts[statement.lineno - 1] : span.start].strip()
    behind = source.text[span.end : end].strip()
    if before or not (behind + "#").startswith("#"):
        return first, source.segment(statement) + "\n"
    return first, source.text[source.starts[first - 1] : end] + "\n"
