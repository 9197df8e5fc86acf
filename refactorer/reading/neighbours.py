"""Imports from other files of the user, read as if they stood in the file itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from refactorer.errors import RefactorError
from refactorer.reading.contents import Contents, contents
from refactorer.reading.offers import Offer
from refactorer.reading.source import Source, parse, tree
from refactorer.reading.source_file import read

LEVELS = 4  # folders above a file in which its package may start


@dataclass(frozen=True)
class Neighbour:
    """A name that is imported from another file of the user's."""

    path: Path
    name: str


def with_neighbours(offered: Contents, seen: frozenset[Path] = frozenset()) -> Contents:
    """Return the contents of a file with what it imports from its neighbours in their place.

    The imports stay as they are where a name would then have two meanings.
    """
    offers = [piece for offer in offered.offers for piece in moved(offer, offered, seen)]
    found = [*dict.fromkeys(offers)]
    return offered if ambiguous(found, offered.offers) else replace(offered, offers=tuple(found))


def moved(offer: Offer, offered: Contents, seen: frozenset[Path]) -> list[Offer]:
    """Return what stands for an import from a neighbour, and anything else as it is."""
    found = neighbour(offer, Path(offered.file))
    if found is None or found.path in seen:
        return [offer]
    source = Source(read(str(found.path)).plain)
    try:
        theirs = contents(parse(source.text, str(found.path)), source, str(found.path))
        theirs = with_neighbours(theirs, seen | {found.path})
        return [*needed(theirs, found.name)] or [offer]
    except RefactorError:  # it cannot be read alone: the import says so where it is read
        return [offer]


def ambiguous(offers: Sequence[Offer], before: Sequence[Offer]) -> bool:
    """Tell whether what is new sets a name that something else sets, too."""
    known = frozenset(before)
    new = [offer for offer in offers if offer not in known]
    return any(
        one.source.strip() != other.source.strip() and not set(one.names).isdisjoint(other.names)
        for one in new
        for other in offers
    )


def neighbour(offer: Offer, file: Path) -> Neighbour | None:
    """Return what an import takes from another file of the user's, if it is one."""
    if not offer.source.startswith("from "):
        return None
    match tree(offer.source).body:
        case [ast.ImportFrom(module=str(module), names=[ast.alias(name=name, asname=None)]) as s]:
            parts = module.split(".")
            folders = [file.parent, *file.parent.parents][:LEVELS]
            folders = folders[s.level - 1 : s.level] if s.level else folders
            for folder in folders:
                path = folder.joinpath(*parts).with_suffix(".py")
                if path.is_file() and path != file:
                    return Neighbour(path, name)
    return None


def needed(theirs: Contents, name: str) -> Iterator[Offer]:
    """Yield what a name of a file needs, and it itself last."""
    piece = next((o for o in reversed(theirs.offers) if name in o.names), None)
    if piece is None or piece.obstacle:
        return
    for definition in theirs.closure(piece):
        yield Offer(definition.names, definition.source, definition.line, file=definition.file)
    yield replace(piece, file=theirs.file)
