"""From a request to a draft: what tangent writes, then the rules one by one, each checked."""

from __future__ import annotations

from refactorer.arguments.inputs import Plan
from refactorer.draft import Draft, Note, Step
from refactorer.emit import Layout
from refactorer.errors import Refused
from refactorer.pipeline.choosing import kept_or_inlined
from refactorer.pipeline.differentiating import Say
from refactorer.pipeline.drafting import as_it_stands
from refactorer.pipeline.work import Work
from refactorer.request import Request


def refactor(request: Request, say: Say) -> Draft:
    """Return the printed code for a request, and pass steps and notes to `say`.

    Raises Refused if the gradient cannot be written or verified, also if an expression is nested
    more deeply than Python or LibCST can read.
    """
    try:
        work = Work.of(request)
        for remark in (*work.target.remarks, *work.assumptions):
            say(Note(remark))
        draft = as_it_stands(work) if request.judged else kept_or_inlined(work, say)
    except RecursionError:
        reason = f"`{request.name}` has an expression that is too long, or nested too deeply"
        raise Refused(reason, "Give some of its parts a name") from None
    for note in draft.notes:
        say(Note(note))
    if request.style == "value-and-grad" and (found := not_compiled(work, draft)):
        say(Note(f"Numba does not compile this in nopython mode: `{found}`"))
    if request.test is not None:
        from refactorer.emitted_test.check import with_test

        return with_test(draft, request.test, Layout(request.layout))
    return draft


def not_compiled(work: Work, draft: Draft) -> str:
    """Return the first expression of a draft that Numba does not compile, "" if there is none."""
    from refactorer.dialects.nopython import obstacle

    chosen = Plan.from_json(draft.plans[0])
    return obstacle(draft.text, draft.printed, work.probed(chosen))


def silent(_: Step | Note) -> None:
    """Tell nothing."""
