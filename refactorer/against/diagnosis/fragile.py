"""Values at which gradients break that are right elsewhere: zeros, ties, tiny, large, far away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeGuard

import numpy as np

from refactorer.against.hand_written.written import Written
from refactorer.against.points import Point
from refactorer.against.scope import Scope
from refactorer.against.trials import points
from refactorer.arguments.plans import Plan, draw, typed
from refactorer.execution.evaluation import Arguments, Floats, floats, fresh, quiet
from refactorer.execution.evaluation import weights as weighed
from refactorer.judging.cases import Case, every_size
from refactorer.judging.comparison import Tolerance
from refactorer.judging.differences import Effort
from refactorer.judging.sample import Sample
from refactorer.judging.sampling import measured

COARSE = Tolerance(1e-3, 1e-9, 1e-9)
GROSS = Tolerance(0.1, 1e-4, 1e-6)
EFFORT = Effort(20, 40, 80, draws=1)
LEVELS = np.array([-1.5, -1.0, -0.5, 0.5, 1.0, 1.5])
STEP = 1e-4
TIES = (
    "it is wrong only where entries of {} are equal (ties of a maximum or minimum): "
    "the shares of equal entries do not add up to the gradient"
)


@dataclass(frozen=True)
class FragileKind:
    """A kind of fragile values: what they are in words, how they are made, and for which draws."""

    words: str
    make: Callable[[Floats], Floats]
    draws: tuple[str, ...] = ("normal",)
    why: str = ""


ANY = ("normal", "positive")
CONSTANT = "a small constant may be missing, as in `norm + 1e-8`"
OVERFLOWS, CANCELS = "it overflows", "digits cancel"
KINDS = (
    FragileKind("is zero", np.zeros_like, why=CONSTANT),
    FragileKind("is near zero (about 1e-4)", lambda x: 1e-4 * x, ANY, f"{CONSTANT}, or {CANCELS}"),
    FragileKind("is large (about 100)", lambda x: 100 * x, ANY, OVERFLOWS),
    FragileKind("is very large (about 1000)", lambda x: 1000 * x, ANY, OVERFLOWS),
    FragileKind("is far from zero (about 10000)", lambda x: 10000 + x, ANY, CANCELS),
)


def tied(values: Floats) -> Floats:
    """Return the values, each at the nearest of a few levels, so that some are equal."""
    return np.asarray(LEVELS[np.abs(values[..., None] - LEVELS).argmin(axis=-1)])


@dataclass(frozen=True)
class Broken:
    """A fragile kind of values at which the gradient of an input is wrong, and the point."""

    words: str
    point: Point


@dataclass(frozen=True)
class FragileValues:
    """The fragile values of one plan, at which hand-written gradients may be wrong.

    `own` is the user's function, `written` the code by hand, and `plan` says how arguments are
    drawn of which one is then made fragile.
    """

    own: Scope
    written: Written
    plan: Plan

    def broken(self, seed: int) -> Iterator[Broken]:
        """Yield the fragile values at which gradients are wrong, though the function is smooth."""
        with quiet():
            for moved in self.written.wrt:
                entry = next(entry for entry in self.plan.inputs if entry.name == moved)
                for number, kind in enumerate(KINDS):
                    if entry.kind in kind.draws:
                        rng = np.random.default_rng([seed, number])
                        yield from self.at_kind(moved, kind, rng)
                if entry.kind in ("normal", "positive") and entry.shape:
                    yield from self.at_ties(moved, np.random.default_rng(seed))

    def at_kind(self, moved: str, kind: FragileKind, rng: np.random.Generator) -> Iterator[Broken]:
        """Yield what is wrong where one input has values of a kind, in either precision."""
        sizes, arguments = self.drawn(moved, kind.make, rng)
        sample = self.smooth(arguments, rng)
        if sample is None:
            return
        case = Case(0, self.plan, sizes, {}, edge=True)
        sample = replace(sample, where=f"{case.at}, where {moved} {kind.words}".removeprefix(", "))
        wide = dict(points(self.own, self.written, case, sample, COARSE))
        narrow = self.in_single(case, sample)
        for name in self.written.wrt:
            said = f"where {moved} {kind.words}"
            if is_broken(point := wide.get(name)):
                why = f": {kind.why}" if not point.finite or kind.words != "is zero" else ""
                yield Broken(f"it is wrong only {said}{why}", point)
            elif is_broken(point := narrow.get(name)):
                why = OVERFLOWS if not point.finite and "large" in said else kind.why
                yield Broken(f"it is wrong only in float32, {said}: {why}", point)

    def at_ties(self, moved: str, rng: np.random.Generator) -> Iterator[Broken]:
        """Yield what is wrong where entries are equal, along a direction that keeps them so.

        A maximum has no gradient there, but along such a direction it is smooth.
        """
        sizes, arguments = self.drawn(moved, tied, rng)
        sample = self.smooth(arguments, rng)
        if sample is None or not np.isinf(sample.errors[sample.wrt.index(moved)]).any():
            return
        value = np.asarray(arguments[moved], dtype=float)
        direction = np.cos(3 * value)
        want, error = self.slope_along(sample, moved, direction)
        case = Case(0, self.plan, sizes, {}, edge=True)
        point = dict(points(self.own, self.written, case, sample))[moved]
        if not np.isfinite(want) or point.raised or point.got.shape != value.shape:
            return
        got = float((point.got * direction).sum())
        off = abs(got - want)
        if not off <= 1e-4 * max(abs(want), abs(got)) + 10 * error + 1e-8:
            tie = replace(
                point,
                where=f"{case.at}, where all entries of {moved} are moved, equal ones alike",
                got=np.array(got),
                want=np.array(want),
                allowed=np.array(0.0),
            )
            yield Broken(TIES.format(moved), tie)

    def drawn(
        self, moved: str, make: Callable[[Floats], Floats], rng: np.random.Generator
    ) -> tuple[Mapping[str, int], dict[str, object]]:
        """Return sizes and arguments of which one is made fragile; all are numbers of float32."""
        sizes = every_size(self.plan)[1]
        arguments = {n: rounded(v) for n, v in draw(self.plan, sizes, rng).items()}
        value = arguments[moved]
        made = rounded(make(np.asarray(value, dtype=float)))
        arguments[moved] = made if isinstance(value, np.ndarray) else float(made)  # type: ignore[arg-type]
        return sizes, arguments

    def smooth(self, arguments: Arguments, rng: np.random.Generator) -> Sample | None:
        """Return the sample at arguments; None where the function is not finite or does not run."""
        try:
            output = fresh(self.own.function)(arguments)
            if not np.isfinite(floats(output)).all():
                return None
            ones = not self.written.form.seeded
            return measured(
                self.own.function, self.written.wrt, arguments, output, rng, ones, EFFORT
            )
        except Exception:  # the user's own, at values that it was not written for
            return None

    def in_single(self, case: Case, sample: Sample) -> dict[str, Point]:
        """Return the points in float32, where the function keeps its digits there."""
        narrow = {name: typed(value, "float32") for name, value in sample.arguments.items()}
        if all(narrow[name] is value for name, value in sample.arguments.items()):
            return {}
        try:
            mine, theirs = floats(fresh(self.own.function)(narrow)), floats(sample.output)
        except Exception:  # the user's own: it does not take float32
            return {}
        scale = float(np.abs(theirs).max(initial=0.0)) or 1.0
        if mine.shape != theirs.shape or not np.allclose(mine, theirs, rtol=0, atol=1e-3 * scale):
            return {}
        return dict(points(self.own, self.written, case, sample, GROSS, narrow))

    def slope_along(self, sample: Sample, moved: str, direction: Floats) -> tuple[float, float]:
        """Return the slope of <cotangent, output> along a direction, and how far it may be off."""
        call, value = fresh(self.own.function), np.asarray(sample.arguments[moved], dtype=float)
        weights = weighed(sample.output, sample.cotangent)

        def along(step: float) -> float:
            moved_by = call({**sample.arguments, moved: value + step * direction})
            return float(weights @ floats(moved_by))

        fine, coarse = ((along(step) - along(-step)) / (2 * step) for step in (STEP, 2 * STEP))
        return fine, abs(fine - coarse)


def rounded(value: object) -> object:
    """Return floats that float32 holds too."""
    narrow = typed(value, "float32")
    return narrow.astype(float) if isinstance(narrow, np.ndarray) and narrow is not value else value


def is_broken(point: Point | None) -> TypeGuard[Point]:
    """Tell whether a point is there and wrong by its numbers."""
    return point is not None and not point.right and not point.raised
