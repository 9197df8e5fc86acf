"""A function to differentiate: read, normalised, and called at the arguments it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from inspect import signature

import numpy as np

from refactorer.adjoint import Adjoint, parameters
from refactorer.arguments.inputs import Plan, draw, probe_sizes, telling_sizes
from refactorer.arguments.likelihood import Likelihood
from refactorer.arguments.options import fixed, for_options, passed
from refactorer.arguments.plans import typed
from refactorer.differentiation.differentiate import raw_adjoint, shaped
from refactorer.differentiation.engine import reserved_names
from refactorer.execution.definitions import executed
from refactorer.execution.evaluation import Arguments, Function, floats, fresh, quiet
from refactorer.flow.statements.narrowed import narrowed
from refactorer.flow.statements.number_lists import NUMPY
from refactorer.flow.straight import is_straight, stands_alone
from refactorer.flow.structure.sharing import refuse_shared_changes
from refactorer.judging.sampling import running
from refactorer.judging.verify import BRIEF, Samples, Verdict, glance, judge_at, samples, with_ones
from refactorer.judging.widening import widened
from refactorer.pipeline.asked import asked, asking, expect_package
from refactorer.pipeline.preparing import (
    drawn,
    inlines_all,
    on_all_ways,
    plans_of,
    subject_of,
    switched_in,
    users_function,
    without_lists,
)
from refactorer.primal.normalise import Primal, normalise
from refactorer.primal.unsupported import expect_arrays
from refactorer.primal.views import refuse_written_views
from refactorer.printing.names.aliases import PLAIN
from refactorer.reading.target import Target, find
from refactorer.request import FRAMEWORKS, NUMBERS, Request


@dataclass(frozen=True)
class Work:
    """A function to differentiate, and the plans for calling it, the preferred one first.

    There are three texts of the function: `own` is the user's, `target` is the same with `xp` in
    place of NumPy if that is asked for, and `subject` is what is differentiated, in which called
    functions may be inlined. `namespace` is what executing the target's module bound.
    """

    request: Request
    own: Target
    target: Target
    subject: Target
    namespace: Mapping[str, object]
    plans: tuple[Plan, ...]
    wrt: tuple[str, ...]

    @classmethod
    def of(cls, request: Request) -> Work:
        """Return the work for a request; raises the errors of every part that reads it."""
        own = find(request.file, request.name, request.imports, request.text)
        expect_package(request.style)
        refuse_written_views(own)
        target = asking(own, request) if request.xp else own
        wrt = asked(request, target)
        namespace = executed(target)
        expect_arrays(target)
        function = users_function(namespace, target)
        plans = plans_of(request, target, wrt, function)
        plain = without_lists(target, wrt, function, plans[0], request.seed)
        subject = subject_of(
            plain, namespace, None if inlines_all(request) else switched_in(target)
        )
        if NUMPY in subject.definitions:
            namespace.setdefault(PLAIN, np)
        if not is_straight(subject):
            plans = on_all_ways(plans, wrt, function, subject, request.seed)
            refuse_shared_changes(target, function, drawn(plans[0], wrt, request.seed))
        plans = for_options(plans, passed(target.source).difference(wrt))
        work = cls(request, own, target, subject, namespace, plans, wrt)
        if request.style in NUMBERS:
            plans = tuple(filter(work.returns_number, plans)) or plans
        return replace(work, plans=plans)

    def returns_number(self, chosen: Plan) -> bool:
        """Tell whether the output is a single number at a plan."""
        with quiet(), suppress(Exception):  # the user's own: it may not run at the probe
            return not np.asarray(fresh(self.function)(self.probed(chosen))).shape
        return True

    @cached_property
    def mixed(self) -> frozenset[str]:
        """The helpers, if kept, that are called at several ranks or with several options."""
        if inlines_all(self.request) or stands_alone(self.subject):
            return frozenset()
        from refactorer.flow.callees import helpers_in
        from refactorer.flow.calling.mixed import mixed

        texts = helpers_in(self.subject)
        runs = [self.probed(plan) for plan in self.plans[:2]] if texts else []
        return mixed(self.function, texts, runs)

    def inlining(self, names: frozenset[str]) -> Work:
        """Return the same work with the named functions inlined."""
        inlined = names | switched_in(self.target)
        seed = self.request.seed
        plain = without_lists(self.target, self.wrt, self.function, self.plans[0], seed)
        return replace(self, subject=subject_of(plain, self.namespace, inlined))

    @cached_property
    def primal(self) -> Primal:
        """The function in tangent's dialect."""
        options = fixed(self.plans[0])
        return normalise(self.subject, self.wrt, reserved_names(), options)

    @cached_property
    def raw(self) -> Adjoint:
        """What tangent writes, without shapes: it is the same for all plans."""
        return raw_adjoint(self.primal, self.namespace)

    @cached_property
    def function(self) -> Function:
        """The user's own function."""
        return users_function(self.namespace, self.target)

    @cached_property
    def likelihood(self) -> Likelihood:
        """Rates how unlikely a plan is, by the function's names and text."""
        return Likelihood(self.function, self.subject.source, self.request.seed)

    def samples(self, plans: Sequence[Plan]) -> Samples:
        """Return what the user's function does at drawn arguments."""
        return samples(self.function, plans, self.wrt, self.request.seed, effort=BRIEF)

    def adjoint(self, chosen: Plan) -> Adjoint:
        """Return what tangent writes, with the shapes of a plan."""
        ours = dict(zip(self.names, parameters(self.primal.code), strict=True))
        given = {ours[n]: v for n, v in self.probed(chosen).items()}
        return shaped(self.raw, self.namespace, given)

    def probed(self, chosen: Plan) -> dict[str, object]:
        """Return arguments whose axes have different sizes, if the function runs at such."""
        seed = self.request.seed
        with quiet(), suppress(Exception):  # the user's own: the sizes may be too large for it
            given = draw(chosen, telling_sizes(chosen), np.random.default_rng(seed))
            if np.isfinite(floats(fresh(self.function)(given))).all():
                return given
        return draw(chosen, probe_sizes(chosen), np.random.default_rng(seed))

    def runs(self, chosen: Plan) -> list[dict[str, object]]:
        """Return the arguments at which a plan is verified."""
        return drawn(chosen, self.wrt, self.request.seed)

    @property
    def assumptions(self) -> list[str]:
        """The notes on arguments that are functions: they are taken to be their defaults."""
        defaults = {p.name: p.default for p in signature(self.function).parameters.values()}
        return [
            f"assumed {p.name}: its default, {p.default}"
            for p in self.target.parameters
            if p.default is not None and callable(defaults[p.name])
        ]

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

    def widened(
        self, text: str, chosen: Plan, sides: Iterable[Sequence[tuple[str, bool, str]]]
    ) -> frozenset[str]:
        """Return the inputs whose gradients, for float32 inputs, have another dtype in a text.

        The text is also tried with the conditions of each of the sides set.
        """
        target, request = self.target, self.request
        if request.style in FRAMEWORKS:  # its package need not be loaded here
            return frozenset()
        given = (request.style, self.wrt, self.runs(chosen), sides, request.printed_name)
        return widened(text, target.module, target.name, *given)

    @cached_property
    def narrowed(self) -> Work:
        """The same work with explicit casts where the function rounds to the dtype of an array.

        It is this work itself if it nowhere does.
        """
        runs = self.runs(self.plans[0])
        narrow = [{n: typed(value, "float32") for n, value in run.items()} for run in runs]
        subject = narrowed(self.subject, self.namespace, narrow)
        return self if subject is self.subject else replace(self, subject=subject)

    def judged_freely(self, text: str, plan: Plan) -> Verdict:
        """Judge a text as it would be printed, where options are not fixed."""
        seed, ones = self.request.seed, with_ones(self.request.style)
        return self.judged_by(text, lambda f: samples(f, [plan], self.wrt, seed, ones, BRIEF))

    def judged_alone(
        self, text: str, name: str, wrt: Sequence[str], rows: Sequence[Arguments]
    ) -> Verdict:
        """Judge a helper in a text by itself, at arguments with which it was called."""
        found = partial(running, rows=rows, wrt=wrt, seed=self.request.seed)
        return judge_at(text, self.target.module, name, "callback", wrt, found, name)

    def judged_by(self, text: str, samples_of: Callable[[Function], Samples]) -> Verdict:
        """Judge a text as it would be printed, at some samples."""
        target, request = self.target, self.request
        printed = request.printed_name
        return judge_at(
            text, target.module, target.name, request.style, self.wrt, samples_of, printed
        )
