"""The text that is printed: the function in one of the styles, and the definitions that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import black
import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.contents import Definition
from refactorer.page import Page
from refactorer.returned import CALLABLE, annotated
from refactorer.styles import STYLES
from refactorer.written import names_in

MODE = black.Mode(line_length=88)


def emit(adjoint: Adjoint, style: str = "callback", comments: bool = False) -> str:
    """Return a module that runs on its own, given an adjoint after the last rule."""
    source = black.format_str(adjoint.primal.target.source, mode=MODE)
    target = replace(adjoint.primal.target, source=source)
    adjoint = replace(adjoint, primal=replace(adjoint.primal, target=target))
    page = Page(adjoint, comments)
    function = cst.Module([annotated(STYLES[style](page), style, page)]).code
    definitions = needed([CALLABLE, *adjoint.primal.target.definitions], function)
    head = "".join(definition.source for definition in definitions)
    return black.format_str(f"{head}\n\n{function}", mode=MODE)


def needed(definitions: Sequence[Definition], function: str) -> list[Definition]:
    """Return the definitions that a function reads, by itself or through others, in order."""
    live, kept = set(names_in(function)), []
    for definition in reversed(definitions):
        if not live.isdisjoint(definition.names) or "__future__" in definition.source:
            kept.append(definition)
            live |= definition.reads
    return kept[::-1]
