"""The top level of a file, and the part of it that a function reads, directly or through others."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import chain

from refactorer.errors import Place, Refused
from refactorer.reading.free_names import annotation_names, free_names, names_set
from refactorer.reading.literals import import_paths, root
from refactorer.reading.offers import Offer, offers
from refactorer.reading.source import Source, symbols, tree
from refactorer.reading.spelling import meant

FUTURE = "from __future__ import annotations\n"


@dataclass(frozen=True)
class Definition:
    """A top-level import, constant or helper that is read: the names it sets and reads, its text.

    `file` and `line` say where it starts; `file` is empty for one that the tool has added.
    """

    names: tuple[str, ...]
    reads: frozenset[str]
    source: str
    file: str = ""
    line: int = 1


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
        """Return the imports that only annotations read, of modules that are not installed."""
        free = {n for p in pieces for n in free_names(FUTURE + p.source) - set(p.names)}
        return [p for p in pieces if free.isdisjoint(p.names) and is_missing(p)]

    def importing(self, module: str) -> Contents:
        """Return the contents in which all that cannot be executed alone is imported from a module.

        That module is the file itself, under --import.
        """
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
        own = names_set(symbols(piece.source))
        return frozenset(dir(builtins)).union(own, *(offer.names for offer in self.offers))

    def place(self, name: str, piece: Offer) -> Place:
        """Return where a piece first reads a name."""
        source = Source(piece.source)
        reads = [n for n in ast.walk(tree(piece.source)) if isinstance(n, ast.Name)]
        first = min((n.lineno, n.col_offset) for n in reads if n.id == name)
        column = source.column(*first) + piece.indent + 1
        return Place(piece.file or self.file, piece.line + first[0] - 1, column)


def standing(offers: Sequence[Offer]) -> list[Offer]:
    """Return the offers without those that are set again before anything reads them."""
    return [o for place, o in enumerate(offers) if not is_replaced(o, offers[place + 1 :])]


def is_replaced(offer: Offer, behind: Sequence[Offer]) -> bool:
    """Tell whether one of the later offers sets the same names again, before they are read."""
    for other in behind:
        if not names_read_at_once(other).isdisjoint(offer.names):
            return False
        if other.names == offer.names and isinstance(tree(other.source).body[0], ALWAYS_SETS):
            return True
    return False


ALWAYS_SETS = (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.Import, ast.ImportFrom)


def names_read_at_once(offer: Offer) -> frozenset[str]:
    """Return the names that are read when an offer is executed, not only when it is called."""
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
    """Return the definition that imports, under TYPE_CHECKING, what annotations alone read."""
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
