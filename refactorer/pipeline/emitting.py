"""The text of an adjoint, as a request wants it: its style, its layout, its names."""

from __future__ import annotations

from dataclasses import replace

from refactorer.adjoint import Adjoint
from refactorer.arguments.inputs import Plan
from refactorer.arguments.options import fixed, freed
from refactorer.arguments.plans import literal
from refactorer.emit import Layout, Printed, printed
from refactorer.pipeline.list_outputs import returns_lists, with_lists
from refactorer.pipeline.setting import setting_of
from refactorer.pipeline.work import Work
from refactorer.printing.any_axis import for_any_axis


def emitted(work: Work, adjoint: Adjoint, chosen: Plan) -> Printed:
    """Return the text of an adjoint: one that is right for every axis, if there is such a one."""
    request = work.request

    def text_of(adjoint: Adjoint) -> Printed:
        made = printed(
            adjoint,
            request.style,
            request.comments,
            Layout(request.layout),
            request.naming,
            request.xp,
            setting_of(work, chosen),
        )
        if not returns_lists(work.target):
            return made
        return replace(made, function=with_lists(made.function, request.printed_name))

    axes = [name for name, text in fixed(chosen).items() if isinstance(literal(text), int)]
    free = for_any_axis(adjoint, axes)
    if free is not adjoint:
        made = text_of(free)
        if work.judged_freely(made.text, freed(chosen, frozenset(axes))).right:
            return made
    return text_of(adjoint)
