"""Numbers behind made-up names: none where the plain name is free, else in the text's order."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.printing.functions import plain
from refactorer.printing.names.naming import free
from refactorer.syntax.dataflow import bound_in
from refactorer.syntax.expressions import code
from refactorer.syntax.renaming import renamed
from refactorer.syntax.suites import Statement, function_in, lines

NUMBERED = re.compile(r"(?P<stem>.*?)(?:_(?:[2-9]|[1-9]\d+))*(?P<end>s?)")


def numbered(adjoint: Adjoint, taken: Collection[str], users: Collection[str]) -> Adjoint:
    """Return an adjoint with no more numbers behind its names than it needs.

    All names are `taken`; the `users`, and those that tell what goes in and out, stay.
    """
    body = function_in(adjoint.primal.target.source)
    text = [*lines(body.body), *adjoint.backward.body]
    fixed = {*users, adjoint.seed, *adjoint.gradients}
    turning = [bound_in(s) for s in adjoint.backward.body if isinstance(s, cst.For)]
    names = renumbered(text, {*taken} - fixed, fixed, frozenset().union(*turning))
    target = replace(adjoint.primal.target, source=code(renamed(body, names)))
    primal = replace(adjoint.primal, target=target, code=plain(target.source))
    return replace(
        adjoint,
        primal=replace(primal, output=names.get(primal.output, primal.output)),
        forward=cst.Module([renamed(s, names) for s in adjoint.forward.body]),
        backward=cst.Module([renamed(s, names) for s in adjoint.backward.body]),
        shapes={names.get(n, n): shape for n, shape in adjoint.shapes.items()},
    )


def renumbered(
    statements: Sequence[Statement],
    made: Collection[str],
    taken: Collection[str],
    turning: Collection[str],
) -> dict[str, str]:
    """Return other names for those that were made up; `taken` are those of everything else.

    What each turn of a loop sets, as `turning` do, may be called by it: d_b_t.
    """
    groups: dict[str, list[str]] = {}
    text = "".join(map(code, statements))
    for name in dict.fromkeys(re.findall(r"\b[^\W\d]\w*", text)):
        if name in made:
            groups.setdefault(unnumbered(name), []).append(name)
    found: dict[str, str] = {}
    used = {*taken, *(n for group in groups.values() for n in group if unnumbered(n) == n)}
    for stem, group in groups.items():
        if any(name != stem for name in group):
            used -= {*group} - {*found.values()}
            for name in group:
                own = [stem, f"{stem}_t"] if name in turning else [stem]
                found[name] = free(own, used)
                used.add(found[name])
    return {old: new for old, new in found.items() if old != new}


def unnumbered(name: str) -> str:
    """Return a name without its numbers: `diff_2_2` is diff, a list `diff_2s` is diffs."""
    match = NUMBERED.fullmatch(name.replace("_kept", "_before"))
    assert match is not None
    return f"{match['stem']}{match['end']}"
