"""Notes on where the gradient is not finite although the function is, one for each cause."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from refactorer.arguments.plans import Plan
from refactorer.draft import Draft, Note
from refactorer.execution.evaluation import (
    Arguments,
    Function,
    copied,
    cotangent,
    floats,
    fresh,
    quiet,
)
from refactorer.judging.contract import matched
from refactorer.judging.emitted import Emitted, Pull, defined
from refactorer.judging.fragility.blame import Blame, blamed, finite, quoted
from refactorer.judging.fragility.edges import Edge, edges
from refactorer.judging.fragility.kinks import Line, side
from refactorer.judging.fragility.meeting import meetings
from refactorer.request import PACKAGES, WITH_ONES

LARGEST = float(np.finfo(np.float32).max)
LONGEST, ALTOGETHER = 0.25, 1.0  # seconds of one call of the function, and of all that is tried
MOST = 3  # that are told to those who ask for no details


@dataclass(frozen=True)
class Weakness:
    """An edge at which a text is fragile: what happens there, by which line, and what helps."""

    edge: Edge
    what: str
    line: str = ""
    help: str = ""

    @property
    def ties(self) -> str:
        """The input whose entries are equal, if that is the edge."""
        return "" if self.edge.both_sides or not self.edge.entries else self.edge.moved


def weaknesses(draft: Draft) -> Iterator[Note]:
    """Yield what is to be told of the edges of a text that is right."""
    if draft.style in PACKAGES or draft.stands:
        return
    with quiet():
        found = list(Text(draft).weak())
    for number, group in enumerate(grouped(found)):
        yield Note(sentence(group), detail=number >= MOST or group[0].edge.far)


@dataclass(frozen=True)
class Text:
    """A printed text that is tried beside the user's function."""

    draft: Draft

    @cached_property
    def function(self) -> Function:
        """The user's function."""
        return defined(self.draft.module, self.draft.name)

    @cached_property
    def own(self) -> Callable[[Arguments], object]:
        """The user's function, called at a mapping."""
        return fresh(self.function, LONGEST)

    @cached_property
    def emitted(self) -> Emitted:
        """What the text defines."""
        draft = self.draft
        return Emitted.read(draft.text, draft.printed, draft.style, draft.wrt, self.function)

    def weak(self) -> Iterator[Weakness]:
        """Yield what is weak, edge by edge, as long as the function does not take its time."""
        start = time.perf_counter()
        for edge in self.edges():
            if time.perf_counter() - start > ALTOGETHER:
                return
            try:
                yield from self.at(edge)
            except TimeoutError:
                return
            except Exception:  # the user's own, at values that it was not written for
                continue

    def edges(self) -> Iterator[Edge]:
        """Yield what is tried: edges of the inputs, then those at which expressions meet."""
        draft, plan = self.draft, Plan.from_json(self.draft.plans[0])
        yield from edges(plan, draft.wrt, draft.seed)
        yield from meetings(draft.module, draft.name, plan, draft.wrt, draft.seed)

    def at(self, edge: Edge) -> Iterator[Weakness]:
        """Yield what is weak at an edge; nothing where the function itself is not finite."""
        output = self.own(edge.arguments)
        if not floats(output).size or not finite(output):
            return
        ones = self.draft.style in WITH_ONES
        given = matched(cotangent(output, np.random.default_rng(self.draft.seed), ones), output)
        try:
            gradients = self.gradients(edge.arguments, given)
        except TimeoutError:
            raise
        except Exception as error:  # whatever the text raises is what is told
            yield raised(self.draft, edge, error)
            return
        if not finite(gradients):
            if not (edge.narrow and self.is_out_of_range(edge, given)):
                yield self.not_finite(edge, given, gradients)
        elif edge.entries and edge.moved in self.draft.wrt:
            gradient = np.asarray(gradients[self.draft.wrt.index(edge.moved)], dtype=float)
            if what := side(Line(self.own, edge, output, given), gradient):
                yield Weakness(edge, what)

    def gradients(self, arguments: Arguments, given: object) -> tuple[object, ...]:
        """Return the gradients that the text gives."""
        return self.pull(arguments)(copied(given))

    def pull(self, arguments: Arguments) -> Pull:
        """Return the map of cotangents to gradients."""
        return self.emitted.open({name: copied(value) for name, value in arguments.items()})[1]

    def is_out_of_range(self, edge: Edge, given: object) -> bool:
        """Tell whether float32 cannot hold the gradient."""
        wide = {name: widened(value) for name, value in edge.arguments.items()}
        found = floats(self.gradients(wide, widened(given)))
        return not (np.abs(found) < LARGEST).all()

    def not_finite(self, edge: Edge, given: object, gradients: tuple[object, ...]) -> Weakness:
        """Return the note on gradients that are not finite, and the line they come from."""
        what = "nan" if np.isnan(floats(gradients)).any() else "infinite"
        told, blame = f"the gradient is {what}", self.blamed(edge, given)
        if blame is None:
            return Weakness(edge, told)
        divides = " divides by 0" if blame.divisor else ""
        return Weakness(edge, told, blame.quoted, f"{divides}; {blame.remedy}")

    def blamed(self, edge: Edge, given: object) -> Blame | None:
        """Return the statement that is the first to yield what is not finite."""
        draft = self.draft
        if self.emitted.style == "value-and-grad":
            return blamed(draft.text, draft.printed, lambda: self.pull(edge.arguments))
        pull = self.pull(edge.arguments)
        return blamed(draft.text, draft.printed, lambda: pull(copied(given)))


def raised(draft: Draft, edge: Edge, error: Exception) -> Weakness:
    """Return what is told of an error that the text raises."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == f"<{draft.printed}>" and frame.lineno
    ]
    line = quoted(draft.text, lines[-1]) if lines else ""
    return Weakness(edge, f"it raises {type(error).__name__}", line)


def widened(value: object) -> object:
    """Return a value whose floats, if it is made of arrays, are of float64."""
    if isinstance(value, tuple):
        return tuple(map(widened, value))
    is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return np.asarray(value, dtype=float) if is_float else value


def grouped(found: Sequence[Weakness]) -> list[list[Weakness]]:
    """Return weaknesses by their cause, those first that matter most."""
    groups: list[list[Weakness]] = []
    for weakness in sorted(found, key=lambda one: (one.edge.far, not one.line)):
        group = next((group for group in groups if alike(group, weakness)), None)
        if group:
            group.append(weakness)
        else:
            groups.append([weakness])
    return groups


def alike(group: Sequence[Weakness], other: Weakness) -> bool:
    """Tell whether a weakness has the cause of one, or is one of the same kind of values."""
    if any(one.line == other.line for one in group if one.line):
        return True
    first = group[0]
    same = first.edge.words == other.edge.words or (first.ties == other.ties != "")
    return same and first.what == other.what


def sentence(group: Sequence[Weakness]) -> str:
    """Return the line that tells of weaknesses with one cause, by the first edge."""
    first = group[0]
    names = [one.edge.name for one in group if one.edge.words == first.edge.words]
    *most, last = dict.fromkeys(names)
    name = f"{', '.join(most)} or {last}" if most else last
    words = first.edge.words.format(name) if name else first.edge.words
    told = f"where {words}, {first.what}"
    return f"{told}: `{first.line}`{first.help}" if first.line else told
