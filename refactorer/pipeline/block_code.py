"""Code that is to stand below the user's function, in a file whose names are partly taken."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count

from refactorer.emit import Printed, is_future
from refactorer.errors import Refused
from refactorer.files.digests import content, digest
from refactorer.printing.names.aliases import is_import
from refactorer.printing.names.global_names import with_global_names
from refactorer.reading.contents import FUTURE, Definition
from refactorer.reading.free_names import free_names
from refactorer.reading.source import symbols
from refactorer.reading.target import Target, find
from refactorer.request import Request

MAKING = ("wrt", "shapes", "at", "style", "comments", "helpers", "naming", "xp")


@dataclass(frozen=True)
class Placed:
    """`code` is new to the file; `module` is that code with all it reads, which is judged."""

    code: str
    module: str


def placed(printed: Printed, target: Target, request: Request) -> Placed:
    """Return what is printed as it stands below the function.

    Raises Refused if the file has something else of that name.
    """
    assert request.text is not None
    taken = top_level(request.text)
    if request.printed_name in taken:
        raise Refused(
            f"{request.file} has another `{request.printed_name}`",
            "--name gives the printed function a name of its own, as --name '{}_vjp'",
            code="name-taken",
        )
    new = [d for d in printed.definitions if is_new(d, target.definitions, taken)]
    names = private(new, taken | {request.printed_name})
    text = "".join(d.source for d in new) + f"\n\n{printed.function}"
    code = printed.layout.format(with_global_names(text, names))
    return Placed(code, module(code, target, request))


def module(code: str, target: Target, request: Request) -> str:
    """Return the part of the file, with the code below the function, that the code reads."""
    assert request.text is not None
    lines = request.text.split("\n")
    lines.insert(target.last_line, f"\n\n{code}")
    return find(request.file, request.printed_name, request.imports, "\n".join(lines)).module


def top_level(text: str) -> frozenset[str]:
    """Return the names that a file binds at its top level."""
    bound = (s for s in symbols(text).get_symbols() if s.is_assigned() or s.is_imported())
    return frozenset(symbol.get_name() for symbol in bound)


def is_new(definition: Definition, known: Collection[Definition], taken: Collection[str]) -> bool:
    """Tell whether the code must bring a definition along, since the file lacks it."""
    names = set(definition.names) - {"TYPE_CHECKING"}  # the file imports for types as it likes
    in_file = names <= set(taken) and (definition in known or is_import(definition))
    return not (in_file or is_future(definition))


def private(new: Iterable[Definition], taken: Collection[str]) -> Mapping[str, str]:
    """Return names with a leading underscore for functions and constants that the code brings."""
    names: dict[str, str] = {}
    for definition in new:
        for name in definition.names if not is_import(definition) else ():
            plain = f"_{name}_with_gradient" if name in taken else f"_{name}"
            others = (f"{plain}_{k}" for k in count(2))
            used = {*taken, *names.values()}
            names[name] = next(new for new in chain([plain], others) if new not in used)
    return names


def made_from(target: Target, request: Request) -> str:
    """Return the digest of all that the code is made from, the same in every environment.

    An import that is read in annotations alone is left out: it may not be installed.
    """
    pieces = [*(d.source for d in target.definitions), target.source]
    read = frozenset().union(*(free_names(FUTURE + piece) for piece in pieces))
    kept = [content(d.source) for d in target.definitions if not read.isdisjoint(d.names)]
    options = {key: getattr(request, key) for key in MAKING}
    return digest(json.dumps([kept, content(target.source), options], sort_keys=True))
