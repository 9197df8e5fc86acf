"""From the lines of a backward part to fewer and cheaper ones that give the same gradients."""

from __future__ import annotations

from refactorer.algebra.blocks.lifting import divides_lifted, lifted
from refactorer.algebra.blocks.lines import Line, are_changed_first
from refactorer.algebra.blocks.program import Program
from refactorer.algebra.blocks.selection import Selection
from refactorer.algebra.reading.syntax import Unreadable
from refactorer.algebra.writing.write import Writer

MOST_CUTS_TRIED = 12
MOST_TRIED_FOR = 600  # cuts tried times cotangents: each try looks at all of these
MOST_AVOIDED = 4
MOST_SEEN_AGAIN = 100  # named cotangents of a backward part that is looked at more than once


def collected(program: Program) -> tuple[list[Line], tuple[str, ...]]:
    """Return the new lines of the backward part, and the text of each gradient.

    Raises Unreadable for gradients that the algebra cannot express.
    """
    if not are_changed_first(program.backward):
        raise Unreadable("a value is read before it is changed in place")
    others = (
        selection
        for selection in map(best_selection, lifted(program))
        if never_divides_zeros(selection)
    )
    selection = min([best_selection(program), *others], key=by_cost)
    return selection.lines(), selection.gradient_texts()


def best_selection(program: Program) -> Selection:
    """Return the cheapest choice found of the cotangents that keep their names.

    To start with, all that are read more than once keep them. Each in turn then loses its name if
    writing its value out costs no more: the last ones first, and all of them twice, since one
    that is written out may make another needless.
    """
    selection = Selection(
        program, program.listed.union(program.candidates), Writer(program.last_axis)
    )
    tried = {selection.cuts}
    listed = program.candidates if program.care.named else program.listed
    candidates = [name for name in program.candidates if name not in listed]
    latest = candidates[::-1][: min(MOST_CUTS_TRIED, MOST_TRIED_FOR // (len(candidates) or 1))]
    for name in latest * (1 if len(candidates) > len(latest) else 2):
        other = selection.without(name)
        if other.cuts not in tried:
            tried.add(other.cuts)
            selection = other if other.cost <= selection.cost else selection
    return selection if len(candidates) > MOST_SEEN_AGAIN else seen_again(selection)


def seen_again(selection: Selection) -> Selection:
    """Return a cheaper selection that reads again what is read anyway, if there is one."""
    selection = min(selection, selection.reusing, key=by_cost)
    return leaner(min(selection, reshared(selection), key=by_cost))


def reshared(selection: Selection) -> Selection:
    """Return the selection in which shared parts may be read by their names.

    Returns the selection itself if there are none, or if one of them is Unreadable.
    """
    try:
        return selection.resharing if selection.cuts or selection.shared.parts else selection
    except Unreadable:
        return selection


def never_divides_zeros(selection: Selection) -> bool:
    """Tell whether no array of zeros is divided by one of its size, in which zeros would be 0/0."""
    texts = [*(line.text for line in selection.lines()), *selection.gradient_texts()]
    return not any(divides_lifted(text, selection.program.shapes) for text in texts)


def by_cost(selection: Selection) -> tuple[int, int]:
    return selection.cost


def leaner(selection: Selection) -> Selection:
    """Return the selection that reads fewer arrays of the forward part, if it costs less."""
    for definition in sorted(selection.kept, key=lambda d: -d.price)[:MOST_AVOIDED]:
        other = selection.avoiding(definition.name)
        selection = other if other.cost < selection.cost else selection
    return selection
