"""The printed module: a function in one of the styles, and the definitions that it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import black
import libcst as cst
from black.mode import TargetVersion

from refactorer.adjoint import Adjoint
from refactorer.dialects.array_modules import HELPER, without_unread
from refactorer.dialects.array_standard import in_standard
from refactorer.printing.names.global_names import with_global_names
from refactorer.printing.page import Page, Setting
from refactorer.printing.returned import CALLABLE, annotated
from refactorer.printing.styles import STYLES
from refactorer.printing.written import names_in
from refactorer.reading.contents import Definition
from refactorer.reading.free_names import annotation_names, free_names
from refactorer.request import FRAMEWORKS, WIDTH, printed_name


@dataclass(frozen=True)
class Layout:
    """How code is laid out: by Black, with the settings that Black reads in pyproject.toml."""

    settings: Mapping[str, Any]

    @property
    def width(self) -> int:
        """The characters of a line."""
        return int(self.settings.get("line-length", WIDTH))

    @property
    def mode(self) -> black.Mode:
        """The settings as Black takes them."""
        said = self.settings
        known = {version.name.lower(): version for version in TargetVersion}
        return black.Mode(
            target_versions={known[v] for v in said.get("target-version", ()) if v in known},
            line_length=self.width,
            string_normalization=not said.get("skip-string-normalization", False),
            magic_trailing_comma=not said.get("skip-magic-trailing-comma", False),
            preview=bool(said.get("preview", False)),
        )

    def format(self, text: str) -> str:
        """Return a text as it is laid out."""
        return black.format_str(text, mode=self.mode)


@dataclass(frozen=True)
class Printed:
    """A function in one of the styles, and the definitions it reads; nothing is laid out yet."""

    definitions: tuple[Definition, ...]
    function: str
    layout: Layout

    @cached_property
    def text(self) -> str:
        """The module that runs on its own."""
        head = "".join(with_imports_merged(definition.source for definition in self.definitions))
        return self.layout.format(f"{head}\n\n{self.function}")


def with_imports_merged(statements: Iterable[str]) -> Iterator[str]:
    """Yield statements, in which successive imports from one module are one statement."""
    for module, group in groupby(statements, lambda text: text.partition(" import ")[0]):
        first, *others = group
        if others and module.startswith("from ") and "\n" not in first[:-1]:
            names = (text.partition(" import ")[2].strip() for text in (first, *others))
            yield f"{module} import {', '.join(names)}\n"
        else:
            yield from (first, *others)


def emit(adjoint: Adjoint, style: str = "callback", comments: bool = False) -> str:
    """Return a module that runs on its own, given an adjoint after the last rule."""
    return printed(adjoint, style, comments, Layout({})).text


def printed(
    adjoint: Adjoint,
    style: str,
    comments: bool,
    layout: Layout,
    naming: str = "",
    xp: bool = False,
    setting: Setting | None = None,
) -> Printed:
    """Return what is printed, given an adjoint after the last rule.

    With `xp`, no array is asked for a module that is not needed. The forms of other packages need
    a setting.
    """
    source = layout.format(adjoint.primal.target.source)
    target = replace(adjoint.primal.target, source=source)
    adjoint = replace(adjoint, primal=replace(adjoint.primal, target=target))
    around = target.definitions
    future, rest = head_and_rest([asking_less(d) for d in around] if xp else around)
    function, offered = formed(Page(adjoint, comments, layout.width, setting), style, rest)
    function = without_unread(in_standard(function, HELPER)) if xp else function
    definitions = needed([*future, *offered], function)
    name = printed_name(target.name, style, naming)
    function = with_global_names(function, {printed_name(target.name, style): name})
    return Printed(tuple(definitions), function, layout)


def formed(
    page: Page, style: str, around: Sequence[Definition]
) -> tuple[str, Sequence[Definition]]:
    """Return what a style prints of a page, and the definitions that it may read, in order."""
    if style in FRAMEWORKS:
        from refactorer.frameworks import FORMS, among

        form = FORMS[style](page)
        return form.text, among(form, around)
    function = cst.Module([annotated(STYLES[style](page), style, page)]).code
    return function, [CALLABLE, *around]


def asking_less(definition: Definition) -> Definition:
    """Return the definition of a function that asks no array for a module that it does not need."""
    source = without_unread(in_standard(definition.source, HELPER))
    if source == definition.source:
        return definition
    return replace(definition, source=source, reads=free_names(source))


def needed(definitions: Sequence[Definition], function: str) -> list[Definition]:
    """Return the definitions that a function reads, by itself or through others, in order."""
    live = set(names_in(function) | annotation_names(function))
    kept = {d for d in definitions if is_future(d)}
    while new := {d for d in definitions if not live.isdisjoint(d.names)} - kept:
        kept |= new
        live = live.union(*(d.reads for d in new))
    return [definition for definition in definitions if definition in kept]


def head_and_rest(
    definitions: Sequence[Definition],
) -> tuple[list[Definition], list[Definition]]:
    """Return what must stand first in a file, and the rest."""
    return [d for d in definitions if is_future(d)], [d for d in definitions if not is_future(d)]


def is_future(definition: Definition) -> bool:
    """Tell whether a definition changes how the file is read."""
    return definition.source.startswith("from __future__ ")
