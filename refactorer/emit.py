"""The text that is printed: a function in one of the styles, and the definitions it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import black
import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.printing.page import Page
from refactorer.printing.returned import CALLABLE, annotated
from refactorer.printing.styles import STYLES
from refactorer.printing.written import names_in
from refactorer.reading.contents import Definition, annotation_names

MODE = black.Mode(line_length=88)


def emit(adjoint: Adjoint, style: str = "callback", comments: bool = False) -> str:
    """Return a module that runs on its own, given an adjoint after the last rule."""
    source = black.format_str(adjoint.primal.target.source, mode=MODE)
    target = replace(adjoint.primal.target, source=source)
    adjoint = replace(adjoint, primal=replace(adjoint.primal, target=target))
    page = Page(adjoint, comments)
    function = cst.Module([annotated(STYLES[style](page), style, page)]).code
    future, rest = apart(adjoint.primal.target.definitions)
    definitions = needed([*future, CALLABLE, *rest], function)
    head = "".join(definition.source for definition in definitions)
    return black.format_str(f"{head}\n\n{function}", mode=MODE)


def needed(definitions: Sequence[Definition], function: str) -> list[Definition]:
    """Return the definitions that a function reads, by itself or through others, in order."""
    live, kept = set(names_in(function) | annotation_names(function)), []
    for definition in reversed(definitions):
        if not live.isdisjoint(definition.names) or is_future(definition):
            kept.append(definition)
            live |= definition.reads
    return kept[::-1]


def apart(
    definitions: Sequence[Definition],
) -> tuple[list[Definition], list[Definition]]:
    """Return what must stand first in a file, and the rest."""
    return [d for d in definitions if is_future(d)], [d for d in definitions if not is_future(d)]


def is_future(definition: Definition) -> bool:
    """Tell whether a definition changes how the file is read."""
    return definition.source.startswith("from __future__ ")
