"""The user's function and the code beside it: read, and called where they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from refactorer.against.hand_written.calling import CallByHand
from refactorer.against.hand_written.in_model import with_arguments
from refactorer.against.hand_written.written import Written, read
from refactorer.against.scope import Scope
from refactorer.arguments.inputs import plan, switched
from refactorer.arguments.likelihood import Likelihood
from refactorer.arguments.plans import Plan, draw, probe_sizes
from refactorer.errors import RefactorError, Unjudged
from refactorer.execution.evaluation import Function, cotangent, fresh, quiet
from refactorer.judging.comparison import Wrong
from refactorer.judging.emitted import defined
from refactorer.primal.signature import ALL, resolved
from refactorer.primal.surroundings import surroundings
from refactorer.reading.target import Target, find
from refactorer.request import Request, file_and_name


@dataclass(frozen=True)
class Subject:
    """The user's function, and the hand-written code that is judged."""

    request: Request
    target: Target
    own: Scope
    call: CallByHand
    value_of: CallByHand | None
    theirs: Target

    @classmethod
    def of(cls, request: Request) -> Subject:
        """Return what a request speaks of; raises the errors of reading it."""
        target = find(request.file, request.name, request.imports)
        own = Scope(executed(target), target.source)
        places = [file_and_name(p) for p in (request.against, request.against_grad) if p]
        found = [find(file, name, request.imports) for file, name in places]
        written = [with_arguments(executed(one), one.source, own.function) for one in found]
        calls = [
            CallByHand.read(f, one.name, own.function)
            for f, one in zip(written, found, strict=True)
        ]
        value_of = calls[0] if len(calls) == 2 else None
        return cls(request, target, own, calls[-1], value_of, found[-1])

    @property
    def only_gradient(self) -> bool:
        """Whether what is judged is said to return the gradient alone."""
        return bool(self.request.against_grad)

    def resolved(self, wrt: Sequence[str]) -> tuple[str, ...]:
        """Return the names of inputs."""
        return resolved(wrt, self.target, surroundings(self.target.definitions))

    def floats(self) -> tuple[str, ...]:
        """Return the inputs that may have a gradient; none where there are none."""
        try:
            return self.resolved((ALL,))
        except RefactorError:
            return ()

    def plans(self, wrt: Sequence[str]) -> list[Plan]:
        """Return the ways to call the function, those that the names of its arguments say first."""
        annotations = {p.name: p.annotation for p in self.target.parameters if p.annotation}
        request = self.request
        found = plan(
            self.own.function,
            self.target.parameters,
            wrt,
            request.shapes,
            annotations,
            request.at,
            request.seed,
            self.target.source,
        )
        found = switched(found, self.target.source, self.own.function, request.seed)
        likelihood = Likelihood(self.own.function, self.target.source, request.seed)
        return sorted(found, key=likelihood.departures)

    def opened(self) -> tuple[Written, Plan]:
        """Return the code, its form known, and the first plan at which it runs; else Unjudged."""
        asked = self.resolved(self.request.wrt) if self.request.wrt else ()
        drawn = asked or self.resolved(())
        written, chosen = self.first(self.plans(drawn), asked)
        if set(written.wrt) <= set(drawn):
            return written, chosen
        return self.first(self.plans(written.wrt), written.wrt)

    def first(self, plans: Sequence[Plan], asked: Sequence[str]) -> tuple[Written, Plan]:
        """Return the code with the first plan at which it runs, at equal sizes if at no others."""
        errors: list[Exception] = []
        for chosen, sizes in [(p, of(p)) for of in (probe_sizes, equal_sizes) for p in plans]:
            written = self.tried(chosen, sizes, asked)
            if isinstance(written, Written):
                return written, chosen
            errors.append(written)
        raise error_of(self.call.name, errors[0])

    def tried(
        self, chosen: Plan, sizes: Mapping[str, int], asked: Sequence[str]
    ) -> Written | Exception:
        """Return the code, or what it raises."""
        try:
            return self.read(chosen, sizes, asked)
        except RefactorError:
            raise
        except Exception as error:  # theirs, or the function's own at equal sizes
            return error

    def read(self, chosen: Plan, sizes: Mapping[str, int], asked: Sequence[str]) -> Written:
        """Return what the code does at arguments of a plan."""
        rng = np.random.default_rng(self.request.seed)
        arguments = draw(chosen, sizes, rng)
        with quiet():
            output = fresh(self.own.function)(arguments)
            names = [parameter.name for parameter in self.target.parameters]
            return read(
                self.call,
                self.value_of,
                arguments,
                output,
                cotangent(output, rng),
                asked,
                self.floats(),
                names,
                bare=self.only_gradient,
            )


def equal_sizes(chosen: Plan) -> Mapping[str, int]:
    """Return the same number for all sizes."""
    return dict.fromkeys(probe_sizes(chosen), 3)


def executed(target: Target) -> Function:
    """Return the function of a target, run with what it reads; Unjudged if that raises."""
    try:
        return defined(target.module, target.name)
    except Wrong as wrong:
        raise Unjudged(f"`{target.name}` of {target.file}: {wrong}") from wrong


def error_of(name: str, error: Exception) -> Unjudged:
    """Return the error for code that raises wherever it is called."""
    if isinstance(error, TimeoutError):
        return Unjudged(f"`{name}` does not end: {error}")
    return Unjudged(
        f"`{name}` raises {type(error).__name__}: {error}",
        "--shape says of which shapes its arguments are",
    )
