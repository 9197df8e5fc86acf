"""From a request to a draft: the function, what tangent writes for it, and the rules one by one, each checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from math import inf

import numpy as np

from refactorer.adjoint import Adjoint
from refactorer.catalog import PIPELINE
from refactorer.differentiate import compiled, differentiate, reserved_names
from refactorer.draft import Draft, Note, Step
from refactorer.emit import emit
from refactorer.errors import Refused
from refactorer.evaluation import Function
from refactorer.inputs import Plan, draw, plan, probe_sizes
from refactorer.normalise import Primal, normalise
from refactorer.raw import parameters
from refactorer.request import Request
from refactorer.rule import Rule
from refactorer.target import Target, find
from refactorer.verify import Samples, Verdict, check, samples

Say = Callable[[Step | Note], None]


@dataclass(frozen=True)
class Stage:
    """An adjoint after a rule, None for what tangent wrote, and whether its gradient is right.

    `attempt` is what the rule made of it; where that is wrong, `adjoint` is still the one before.
    """

    rule: type[Rule] | None
    attempt: Adjoint
    adjoint: Adjoint
    verdict: Verdict

    @property
    def name(self) -> str:
        """The rule's name, or the engine's."""
        return self.rule.__name__ if self.rule else "tangent"


def stages(adjoint: Adjoint, judge: Callable[[Adjoint], Verdict]) -> Iterator[Stage]:
    """Yield the adjoint as tangent wrote it, then after each rule that changed it."""
    yield Stage(None, adjoint, adjoint, judge(adjoint))
    for rule in PIPELINE:
        attempt, verdict = applied(rule, adjoint, judge)
        if attempt is not adjoint or not verdict.right:
            adjoint = attempt if verdict.right else adjoint
            yield Stage(rule, attempt, adjoint, verdict)


def applied(
    rule: type[Rule], adjoint: Adjoint, judge: Callable[[Adjoint], Verdict]
) -> tuple[Adjoint, Verdict]:
    """Return what a rule makes of an adjoint; a rule that fails is told of like one that is wrong."""
    try:
        attempt = rule.apply(adjoint)
    except Exception as error:  # a defect of one rule: the step is left out, and named to the user
        return adjoint, Verdict(False, inf, f"the rule failed: {type(error).__name__}: {error}")
    return attempt, Verdict(True, 0.0) if attempt is adjoint else judge(attempt)


@dataclass(frozen=True)
class Work:
    """A function to differentiate, and the ways to call it, the preferred first."""

    request: Request
    target: Target
    primal: Primal
    namespace: Mapping[str, object]
    plans: tuple[Plan, ...]
    wrt: tuple[str, ...]

    @classmethod
    def of(cls, request: Request) -> Work:
        """Return the work for a request; raises the errors of every part that reads it."""
        target = find(request.file, request.name, request.imports)
        primal = normalise(target, request.wrt, reserved_names())
        wrt = tuple(primal.names[name] for name in primal.wrt)
        namespace: dict[str, object] = {"__name__": "target"}
        exec(compile(target.module, target.file, "exec"), namespace)
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
        return cls(request, target, primal, namespace, plans, wrt)

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
        return samples(self.function, plans, self.wrt, self.request.seed)

    def adjoint(self, chosen: Plan) -> Adjoint:
        """Return what tangent writes, with the shapes of a plan."""
        rng = np.random.default_rng(self.request.seed)
        drawn = draw(chosen, probe_sizes(chosen), rng)
        ours = dict(zip(self.names, parameters(self.primal.code), strict=True))
        return differentiate(self.primal, self.namespace, {ours[n]: v for n, v in drawn.items()})

    @property
    def names(self) -> tuple[str, ...]:
        """The user's names of the parameters."""
        return tuple(parameter.name for parameter in self.target.parameters)

    def verdict(self, adjoint: Adjoint, found: Samples) -> Verdict:
        """Judge the gradient that the code of an adjoint computes."""
        function = compiled(adjoint.code, self.namespace)
        ours = dict(zip(self.names, parameters(adjoint.primal.code), strict=True))

        def pullback(
            arguments: Mapping[str, object], cotangent: object
        ) -> tuple[object, Sequence[object]]:
            given = {ours[name]: value for name, value in arguments.items()}
            gradients = function(**given, **{adjoint.seed: cotangent})
            return None, gradients if len(self.wrt) > 1 else (gradients,)

        return check(pullback, found)

    def right_plans(self, adjoint: Adjoint) -> tuple[Plan, ...]:
        """Return the plans at which a text is right."""
        return tuple(p for p in self.plans if self.verdict(adjoint, self.samples([p])).right)

    def last_stage(self, chosen: Plan, say: Say) -> Adjoint:
        """Return the adjoint after the last rule, telling of each step."""
        found = self.samples([chosen])
        last: Stage | None = None
        for stage in stages(self.adjoint(chosen), lambda adjoint: self.verdict(adjoint, found)):
            if stage.rule is None and not stage.verdict.right:
                raise wrong_from_the_start(self.target, stage.verdict)
            say(told(stage, last))
            last = stage
        assert last is not None
        return last.adjoint


def refactor(request: Request, say: Say) -> Draft:
    """Return the printed code for a request, verified as far as the worker can.

    Where the ranks of arguments had to be assumed, a text that is right at all of them is looked for;
    where none is, the preferred ranks stand, and what was assumed is said.
    """
    work = Work.of(request)
    first = work.last_stage(work.plans[0], say)
    right = work.right_plans(first)
    if len(right) < len(work.plans):
        second = work.last_stage(work.plans[1], silent)
        if len(work.right_plans(second)) == len(work.plans):
            return draft(work, second, work.plans)
        say(Note(assumption(work.plans, right)))
    return draft(work, first, right)


def assumption(plans: Sequence[Plan], right: Sequence[Plan]) -> str:
    """Return the line that says for which arguments the text is right."""
    alike = [p for p in plans if len({i.shape for i in p.inputs if i.name in p.assumed}) == 1]
    names = ", ".join(plans[0].assumed)
    if len(alike) > 1 and all(p in right for p in alike):
        return f"assumed {names}: arrays of one shape"
    return plans[0].assumption


def draft(work: Work, adjoint: Adjoint, plans: Sequence[Plan]) -> Draft:
    """Return the text of the last adjoint with what it takes to judge it."""
    return Draft(
        text=emit(adjoint, work.request.style, work.request.comments),
        module=work.target.module,
        name=work.target.name,
        style=work.request.style,
        wrt=work.wrt,
        plans=tuple(asdict(p) for p in plans),
        seed=work.request.seed,
    )


def told(stage: Stage, before: Stage | None) -> Step:
    """Return a stage as the command tells it."""
    return Step(
        rule=stage.name,
        why=stage.rule.why() if stage.rule else "What tangent wrote.",
        diff_from=before.adjoint.code if before else "",
        diff_to=stage.attempt.code,
        error=stage.verdict.error,
        right=stage.verdict.right,
        reason=stage.verdict.reason,
    )


def wrong_from_the_start(target: Target, verdict: Verdict) -> Refused:
    return Refused(
        f"`{target.name}`: the gradient that tangent writes is wrong, and no rule corrects it: {verdict.reason}",
        "Split the function, or write the operation that it cannot differentiate in another way",
    )


def silent(_: Step | Note) -> None:
    """Tell nothing."""
