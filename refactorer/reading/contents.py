"""What a file offers at its top level, and the part of it that a function reads."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import chain

from refactorer.errors import Place, Refused
from refactorer.reading.depth import too_deep
from refactorer.reading.literals import import_paths, root, stands_alone
from refactorer.reading.source import Source, symbols, tree
from refactorer.reading.spelling import meant

FUTURE = "from __future__ import annotations\n"


@dataclass(frozen=True)
class Definition:
    """One top-level import, constant or helper: the names it sets and reads, and its text.

    `file` and `line` are where it starts, if it is the user's.
    """

    names: tuple[str, ...]
    reads: frozenset[str]
    source: str
    file: str = ""
    line: int = 1


@dataclass(frozen=True)
class Offer:
    """A top-level statement that sets names, or one alias of an import.

    `line` is where it starts in the file; `obstacle`, if any, says why it cannot be executed alone.
    `indent` is the blank in front of each of its lines in the file that is not in its text. `file`
    is set where it is another one.
    """

    names: tuple[str, ...]
    source: str
    line: int
    obstacle: str = ""
    indent: int = 0
    file: str = ""


@dataclass(frozen=True)
class Contents:
    """The offers of a file in order, and whether its annotations are never evaluated."""

    file: str
    offers: tuple[Offer, ...]
    future: bool

    def closure(self, piece: Offer) -> tuple[Definition, ...]:
        """Return what a piece of the file reads, directly or through others, in file order."""
        reads = {piece: self.reads(piece)}
        pending = [piece]
        while pending:
            reading = pending.pop()
            for offer in self.setters(reads[reading]):
                if offer not in reads and offer.names != piece.names:
                    reads[offer] = self.reads(offer)
                    pending.append(offer)
        taken = standing([offer for offer in self.offers if offer in reads and offer != piece])
        absent = self.absent([piece, *taken])
        future = self.future and any(annotation_names(offer.source) for offer in [piece, *taken])
        head = [Definition(("annotations",), frozenset(), FUTURE)] if future or absent else []
        head += [for_types(absent)] if absent else []
        kept = [offer for offer in taken if offer not in absent]
        return (*head, *(self.definition(offer, reads[offer]) for offer in kept))

    def definition(self, offer: Offer, reads: frozenset[str]) -> Definition:
        """Return the definition that an offer is."""
        return Definition(offer.names, reads, offer.source, offer.file or self.file, offer.line)

    def absent(self, pieces: Sequence[Offer]) -> list[Offer]:
        """Return those that import what is not installed, for annotations alone."""
        free = {n for p in pieces for n in free_names(FUTURE + p.source) - set(p.names)}
        return [p for p in pieces if free.isdisjoint(p.names) and is_missing(p)]

    def importing(self, module: str) -> Contents:
        """Return the contents with all that must run to be set imported from the file, a module."""
        offers = [
            replace(o, source=import_of(module, o), obstacle="") if o.obstacle else o
            for o in self.offers
        ]
        return replace(self, offers=tuple(o for o in offers if "*" not in o.names))

    def setters(self, names: frozenset[str]) -> Iterator[Offer]:
        """Yield the offers that set one of the names."""
        return (offer for offer in self.offers if not names.isdisjoint(offer.names))

    def reads(self, piece: Offer) -> frozenset[str]:
        """Return which names of the file a piece reads; raise Refused where one cannot be had."""
        free = free_names(FUTURE * self.future + piece.source) - set(piece.names)
        for name in sorted(free):
            self.check(name, piece)
        plain = {name for offer in self.offers if not offer.obstacle for name in offer.names}
        return frozenset((free | annotation_names(piece.source)) & plain - set(piece.names))

    def check(self, name: str, piece: Offer) -> None:
        """Raise Refused where a name that is read cannot be had without running the file."""
        setters = list(self.setters(frozenset({name})))
        hurdles = setters or list(self.setters(frozenset("*")))
        for offer in hurdles:
            if offer.obstacle:
                reason = f"`{name}` {offer.obstacle}"
                raise Refused(reason, IMPORT, self.place(name, piece), code="needs-import")
        if not setters and not hasattr(builtins, name):
            reason = f"`{name}` is neither set at the top level of {self.file} nor built in"
            hint = meant(name, self.known(piece)) or IMPORT
            raise Refused(reason, hint, self.place(name, piece), code="unknown-name")

    def known(self, piece: Offer) -> frozenset[str]:
        """Return the names that a piece may read: its own, the file's, and those built in."""
        own = bound(symbols(piece.source))
        return frozenset(dir(builtins)).union(own, *(offer.names for offer in self.offers))

    def place(self, name: str, piece: Offer) -> Place:
        """Return where a piece first reads a name."""
        source = Source(piece.source)
        reads = [n for n in ast.walk(tree(piece.source)) if isinstance(n, ast.Name)]
        first = min((n.lineno, n.col_offset) for n in reads if n.id == name)
        column = source.column(*first) + piece.indent + 1
        return Place(piece.file or self.file, piece.line + first[0] - 1, column)


def standing(offers: Sequence[Offer]) -> list[Offer]:
    """Return the offers whose names are not all set anew before anything is executed with them."""
    return [o for place, o in enumerate(offers) if not is_replaced(o, offers[place + 1 :])]


def is_replaced(offer: Offer, behind: Sequence[Offer]) -> bool:
    """Tell whether one of the offers behind sets the names of an offer anew."""
    for other in behind:
        if not names_read_at_once(other).isdisjoint(offer.names):
            return False
        if other.names == offer.names and isinstance(tree(other.source).body[0], ALWAYS_SETS):
            return True
    return False


ALWAYS_SETS = (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.Import, ast.ImportFrom)


def names_read_at_once(offer: Offer) -> frozenset[str]:
    """Return what is read when an offer is executed, and not when what it defines is called."""
    table = symbols(offer.source).get_symbols()
    return frozenset(symbol.get_name() for symbol in table if symbol.is_referenced())


def import_of(module: str, offer: Offer) -> str:
    """Return the statement that imports what an offer sets."""
    return f"from {module} import {', '.join(offer.names)}\n"


def is_missing(offer: Offer) -> bool:
    """Tell whether an offer imports a module that is not installed."""
    match tree(offer.source).body:
        case [ast.Import(names=[ast.alias(name=module)]) | ast.ImportFrom(module=str(module))]:
            return find_spec(root(module)) is None
    return False


def for_types(offers: Sequence[Offer]) -> Definition:
    """Return the definition that imports what a type checker alone reads."""
    lines = "".join(f"    {offer.source}" for offer in offers)
    names = ("TYPE_CHECKING", *chain.from_iterable(offer.names for offer in offers))
    text = f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n{lines}"
    return Definition(names, frozenset(), text)


IMPORT = "Pass --import if the file may be imported, with everything that it then runs"


def contents(module: ast.Module, source: Source, file: str) -> Contents:
    """Return what a parsed file offers."""
    take = partial(offers, source=source, paths=import_paths([module]))
    future = import_paths(module.body).get("annotations") == "__future__.annotations"
    return Contents(file, tuple(chain.from_iterable(map(take, module.body))), future)


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


def free_names(text: str) -> frozenset[str]:
    """Return the names that a text reads and does not set in a function or class of its own."""
    return frozenset(free(symbols(text)))


def free(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names of the module that a scope and the scopes inside it read."""
    whole = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (whole or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from free(child)


def bound(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the names that a scope and the scopes inside it set."""
    for symbol in table.get_symbols():
        if symbol.is_local():
            yield symbol.get_name()
    for child in table.get_children():
        yield from bound(child)


def annotation_names(text: str) -> frozenset[str]:
    """Return the names that stand in annotations, quoted ones too."""
    nodes = list(ast.walk(tree(text)))
    notes = [getattr(node, field, None) for node in nodes for field in ("annotation", "returns")]
    return frozenset(chain.from_iterable(map(names_below, filter(None, notes))))


def names_below(annotation: ast.AST) -> Iterator[str]:
    """Yield the names in an annotation."""
    for node in ast.walk(annotation):
        match node:
            case ast.Name(id=name):
                yield name
            case ast.Constant(value=str(quoted)):
                with suppress(SyntaxError, ValueError):  # jaxtyping's "n d" is no expression
                    yield from names_below(ast.parse(quoted.strip(), mode="eval"))
