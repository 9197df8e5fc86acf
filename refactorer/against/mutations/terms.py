"""Our code with one thing changed: if it then gives their numbers, that is their mistake."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from refactorer.against.mutations.chain import slip
from refactorer.against.mutations.mutants import Mutation, mutations
from refactorer.against.mutations.sums import FEWEST_ENTRIES, Share, in_words, share, splits
from refactorer.against.points import Point, agree
from refactorer.against.trials import Trial
from refactorer.execution.evaluation import Floats, Function, copied
from refactorer.judging.comparison import Wrong
from refactorer.judging.contract import matched
from refactorer.judging.emitted import Emitted
from refactorer.request import printed_name

SAMPLES = 3
SECONDS = 15.0  # of CPU time


class ChangedTerm(NamedTuple):
    """A mistake in words, and the line of our code, or of the function, that is right."""

    words: str
    place: str
    text: str


class Ours(NamedTuple):
    """Our verified text, its style, and whose gradients it returns.

    `module` defines the function that they are of; `seeded` says whether theirs takes an incoming
    gradient.
    """

    text: str
    name: str
    style: str
    wrt: tuple[str, ...]
    module: str
    seeded: bool


def changes(
    ours: Ours,
    own: Function,
    names: Sequence[str],
    trials: Sequence[Trial],
    unclear: Collection[str],
) -> dict[str, ChangedTerm]:
    """Return for each of the inputs the one change to ours that gives theirs, if one does.

    Of those of which nothing else is known, a step of the chain rule may tell.
    """
    found: dict[str, ChangedTerm] = {}
    end = time.process_time() + SECONDS
    chosen = [t for t in trials if any(is_wrong(t.points[n]) for n in names)]
    chosen = sorted(chosen, key=lambda t: t.sample.edge)[:SAMPLES]
    for mutation in mutations(ast.parse(ours.text)) if chosen else ():
        left = [name for name in names if name not in found]
        if not left or time.process_time() > end:
            break
        for name in explained(mutation, ours, own, left, chosen):
            found[name] = as_told(mutation, ours)
    for name in names:
        many = [
            t for t in trials if t.points[name].got.size >= FEWEST_ENTRIES and not t.sample.edge
        ]
        if name not in found and (change := several(ours, own, name, many)):
            found[name] = change
        if name in unclear and name not in found and (change := slipped(ours, name, chosen)):
            found[name] = change
    return found


def several(ours: Ours, own: Function, name: str, trials: Sequence[Trial]) -> ChangedTerm | None:
    """Return what is wrong about the terms of one of our sums, if that explains theirs."""
    for split in splits(ast.parse(ours.text)):
        codes = [code for tree in split.trees if (code := emitted(tree, ours, own))]
        shares = [shares_of_terms(name, trial, codes) for trial in trials]
        found = [one for one in shares if one]
        points = [trial.points[name] for trial in trials]
        if len(found) == len(trials) and (words := in_words(split.terms, points, found)):
            return ChangedTerm(
                words, f"ours, line {split.line}", line_of_text(ours.text, split.line)
            )
    return None


def slipped(ours: Ours, name: str, trials: Sequence[Trial]) -> ChangedTerm | None:
    """Return the step of the chain rule that goes wrong in theirs, if one does."""
    told = [trial for trial in trials if is_wrong(trial.points[name]) and not trial.sample.edge]
    found = slip(ours.module, ours.name, name, told)
    if found is None:
        return None
    return ChangedTerm(found.words, f"`{ours.name}`", line_of_text(ours.module, found.line))


def shares_of_terms(name: str, trial: Trial, codes: Sequence[Emitted]) -> Share | None:
    """Return how much of two terms is in a gradient; None if that is not all there is."""
    parts = [found[name] for code in codes if name in (found := pulled(code, trial))]
    return share(trial.points[name], *parts) if len(parts) == 2 else None


def is_wrong(point: Point) -> bool:
    """Tell whether a point is wrong by its numbers."""
    return not point.raised and not point.right and point.finite


def explained(
    mutation: Mutation, ours: Ours, own: Function, names: Sequence[str], trials: Sequence[Trial]
) -> list[str]:
    """Return the inputs whose gradient is theirs when ours is changed so."""
    changed = emitted(mutation.tree, ours, own)
    if changed is None:
        return []
    left = list(names)
    for trial in trials:
        gradients = pulled(changed, trial)
        left = [n for n in left if n in gradients and agree_with(trial.points[n], gradients[n])]
        if not left:
            break
    return left


def emitted(tree: ast.Module, ours: Ours, own: Function) -> Emitted | None:
    """Return the code of a tree; None if it does not run."""
    try:
        text = ast.unparse(ast.fix_missing_locations(tree))
        name = printed_name(ours.name, ours.style)
        return Emitted.read(text, name, ours.style, ours.wrt, own)
    except (Wrong, SyntaxError, ValueError):
        return None


def pulled(code: Emitted, trial: Trial) -> dict[str, Floats]:
    """Return what changed code gives at a sample; nothing where it raises."""
    sample = trial.sample
    arguments = {name: copied(value) for name, value in sample.arguments.items()}
    try:
        _, pull = code.open(arguments)
        found = pull(matched(sample.cotangent, sample.output))
    except Exception:  # lines of which one is changed: the change makes no sense
        return {}
    with suppress(TypeError, ValueError):  # what they return need not be numbers any more
        return {n: np.asarray(g, dtype=float) for n, g in zip(code.wrt, found, strict=True)}
    return {}


def agree_with(point: Point, changed: Floats) -> bool:
    """Tell whether what was written is what the changed code gives."""
    return not point.raised and bool(np.isfinite(changed).all()) and agree(point.got, changed)


def as_told(mutation: Mutation, ours: Ours) -> ChangedTerm:
    """Return a mutation as it is told; where there is no incoming gradient, it is left out."""
    words, text = mutation.words, ours.text
    if not ours.seeded:
        words = re.sub(r"\bd_out \* | \* d_out\b", "", words)
    return ChangedTerm(words, f"ours, line {mutation.line}", line_of_text(text, mutation.line))


def line_of_text(text: str, number: int) -> str:
    """Return a line of a text."""
    return text.splitlines()[number - 1].strip()
