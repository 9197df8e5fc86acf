"""A function to differentiate: read, normalised, and called at the arguments it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np

from refactorer.adjoint import Adjoint, parameters
from refactorer.arguments.failures import INSTALL
from refactorer.arguments.options import fixed, for_options, passed
from refactorer.array_modules import with_array_module
from refactorer.differentiate import raw_adjoint, reserved_names, shaped
from refactorer.errors import Refused
from refactorer.evaluation import Function, floats, fresh, quiet
from refactorer.flow.straight import is_straight, stands_alone
from refactorer.inputs import Plan, draw, plan, probe_sizes, switched, telling_sizes
from refactorer.judging.cases import cases
from refactorer.normalise import Primal, normalise
from refactorer.primal.signature import resolved
from refactorer.primal.surroundings import surroundings
from refactorer.primal.views import refuse_written_views
from refactorer.request import Request
from refactorer.source_file import read
from refactorer.target import Target, find
from refactorer.verify import (
    BRIEF,
    Samples,
    Verdict,
    glance,
    judge_at,
    samples,
    with_ones,
)


@dataclass(frozen=True)
class Work:
    """A function to differentiate, and the ways to call it, the preferred first.

    `own` is the function as the user wrote it, `target` as it is to be printed.
    """

    request: Request
    own: Target
    target: Target
    namespace: Mapping[str, object]
    plans: tuple[Plan, ...]
    wrt: tuple[str, ...]

    @classmethod
    def of(cls, request: Request) -> Work:
        """Return the work for a request; raises the errors of every part that reads it."""
        own = find(request.file, request.name, request.imports, request.text)
        refuse_written_views(own)
        target = asking(own, request) if request.xp else own
        wrt = resolved(request.wrt, target, surroundings(target.definitions))
        namespace = executed(target)
        annotations = {p.name: p.annotation for p in target.parameters if p.annotation}
        plans = plan(
            cls.function_in(namespace, target),
            target.parameters,
            wrt,
            request.shapes,
            annotations,
            request.at,
            request.seed,
        )
        if not is_straight(target):
            function = cls.function_in(namespace, target)
            plans = switched(plans, target.source, function, request.seed)
        else:
            options = passed(target.source).difference(wrt)
            plans = for_options(plans, options)
        return cls(request, own, target, namespace, plans, wrt)

    @cached_property
    def subject(self) -> Target:
        """The function as it is differentiated: what it calls may be written out in it."""
        if stands_alone(self.target):
            return self.target
        from refactorer.flow.callees import helpers_in, inner_functions, with_functions
        from refactorer.flow.inlined import inlined
        from refactorer.flow.settings import returning_behind

        target = returning_behind(with_functions(self.target))
        functions = dict(inner_functions(target))
        if self.request.helpers == "inline":
            functions |= helpers_in(target)
        return inlined(target, functions) if functions else target

    @cached_property
    def primal(self) -> Primal:
        """The function in tangent's dialect."""
        options = fixed(self.plans[0])
        return normalise(self.subject, self.request.wrt, reserved_names(), options)

    @cached_property
    def raw(self) -> Adjoint:
        """What tangent writes, without shapes: it is the same for all plans."""
        return raw_adjoint(self.primal, self.namespace)

    @staticmethod
    def function_in(namespace: Mapping[str, object], target: Target) -> Function:
        function = namespace[target.name]
        assert callable(function)
        return function

    @cached_property
    def function(self) -> Function:
        """The user's own function."""
        return self.function_in(self.namespace, self.target)

    def samples(self, plans: Sequence[Plan]) -> Samples:
        """Return what the user's function does at drawn arguments."""
        return samples(self.function, plans, self.wrt, self.request.seed, effort=BRIEF)

    def adjoint(self, chosen: Plan) -> Adjoint:
        """Return what tangent writes, with the shapes of a plan."""
        ours = dict(zip(self.names, parameters(self.primal.code), strict=True))
        drawn = {ours[n]: v for n, v in self.probed(chosen).items()}
        return shaped(self.raw, self.namespace, drawn)

    def probed(self, chosen: Plan) -> dict[str, object]:
        """Return arguments at sizes that tell the axes apart, the function permitting."""
        seed = self.request.seed
        with quiet(), suppress(Exception):  # the user's own: the sizes may be too large for it
            drawn = draw(chosen, telling_sizes(chosen), np.random.default_rng(seed))
            if np.isfinite(floats(fresh(self.function)(drawn))).all():
                return drawn
        return draw(chosen, probe_sizes(chosen), np.random.default_rng(seed))

    def runs(self, chosen: Plan) -> list[dict[str, object]]:
        """Return arguments at which a plan is verified."""
        found = []
        with quiet(), suppress(ValueError):
            for case in cases([chosen], self.wrt):
                rng = np.random.default_rng([self.request.seed, case.number])
                found.append(draw(case.plan, case.sizes, rng) | dict(case.changes))
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The user's names of the parameters."""
        return tuple(parameter.name for parameter in self.target.parameters)

    @cached_property
    def glance(self) -> Callable[[int], Samples]:
        """What the user's function does at a few arguments of a plan, by the plan's position."""
        seed, ones = self.request.seed, with_ones(self.request.style)
        return cache(lambda i: glance(self.function, self.plans[i], self.wrt, seed, ones))

    def judged(self, text: str, other: Plan) -> Verdict:
        """Judge a text as it would be printed, at one more way to call the function."""
        place = self.plans.index(other)
        return self.judged_by(text, lambda _: self.glance(place))

    def judged_freely(self, text: str, plan: Plan) -> Verdict:
        """Judge a text as it would be printed, where options are not fixed."""
        seed, ones = self.request.seed, with_ones(self.request.style)
        return self.judged_by(text, lambda f: samples(f, [plan], self.wrt, seed, ones, BRIEF))

    def judged_by(self, text: str, samples_of: Callable[[Function], Samples]) -> Verdict:
        """Judge a text as it would be printed, at some samples."""
        target, request = self.target, self.request
        printed = request.printed_name
        return judge_at(
            text, target.module, target.name, request.style, self.wrt, samples_of, printed
        )


def asking(own: Target, request: Request) -> Target:
    """Return a function that asks an array for its module, as those do that it calls."""
    given = [p.name for p in own.parameters if request.shapes.get(p.name) != ()]
    names = [own.name, *(name for d in own.definitions for name in d.names)]
    text = read(request.file).plain if request.text is None else request.text
    arrays = [*(name for name in request.wrt if name in given), *given]
    text = with_array_module(text, names, arrays)
    found = find(request.file, request.name, request.imports, text)
    new = found.source.count("\n") - own.source.count("\n")
    return replace(found, line=own.line - new)  # so that its statements stand where they did


def executed(target: Target) -> dict[str, object]:
    """Return what the target's definitions and the function itself bind.

    An error that the function raises has its place in the user's file.
    """
    namespace: dict[str, object] = {"__name__": "target"}
    definitions = target.module.removesuffix(target.source)
    try:
        exec(compile(definitions, "<definitions>", "exec"), namespace)
        exec(compile("\n" * (target.line - 1) + target.source, target.file, "exec"), namespace)
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:  # the user's own, such as a module that is missing
        reason = f"what `{target.name}` reads does not run: {type(error).__name__}: {error}"
        missing = isinstance(error, ModuleNotFoundError)
        raise Refused(
            reason,
            INSTALL if missing else "",
            target.place(),
            code="missing-module" if missing else "definitions",
        ) from error
    return namespace
