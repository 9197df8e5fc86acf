"""Hand-written code: what it returns for arguments and a cotangent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from refactorer.against.hand_written.calling import CallByHand
from refactorer.against.hand_written.forms import Form, each, is_numbers, recognised
from refactorer.against.hand_written.owners import owners
from refactorer.errors import Unjudged
from refactorer.execution.evaluation import Arguments, Floats, Function, copied


@dataclass(frozen=True)
class Written:
    """Hand-written code: how it is called, its form, and the input of each of its gradients.

    `value_of` computes the value where that is a function of its own.
    """

    call: CallByHand
    form: Form
    wrt: tuple[str, ...]
    value_of: CallByHand | None = None

    @property
    def has_value(self) -> bool:
        """Whether there is a value to judge."""
        return self.form.value is not None or self.value_of is not None

    @property
    def shown(self) -> str:
        """What it returns, in words."""
        return "the value, and the gradient beside it" if self.value_of else f"{self.form}"

    def opened(self, arguments: Arguments, cotangent: object) -> tuple[object, object]:
        """Return the value and what gives the gradients; what is given is not copied."""
        value, rest = self.form.apart(self.call(arguments, cotangent))
        return (self.value_of(arguments, cotangent) if self.value_of else value), rest

    def gradients(self, rest: object, cotangent: object) -> Mapping[str, object]:
        """Return the gradients by the names of their inputs."""
        found = self.form.pulled(rest, cotangent)
        parts = given(found) if len(self.wrt) > 1 else [alone(found)]
        if len(parts) != len(self.wrt):
            raise ValueError(f"it returns {len(parts)} gradients, and {len(self.wrt)} before")
        return dict(zip(self.wrt, parts, strict=True))

    def answer(
        self, arguments: Arguments, cotangent: object
    ) -> tuple[object, Mapping[str, object]]:
        """Return the value and the gradients, given copies."""
        given = {name: copied(value) for name, value in arguments.items()}
        value, rest = self.opened(given, seed := copied(cotangent))
        return value, self.gradients(rest, seed)

    def ignoring(self) -> Written:
        """Return the same code as one that takes no account of the cotangent."""
        return replace(self, form=replace(self.form, seeded=False))


def ours(function: Function, name: str, own: Function, like: Written) -> Written:
    """Return code of ours in the style that is most like some hand-written code."""
    form = like.form
    place = None if form.style == "grad" else 0
    return Written(CallByHand.read(function, name, own), replace(form, value=place), like.wrt)


def given(found: object) -> list[object]:
    """Return the gradients, without those that are None."""
    return [part for part in each(found).values() if part is not None]


def alone(found: object) -> object:
    """Return the only gradient, bare."""
    parts = given(found)
    return parts[0] if len(parts) == 1 else found


def read(
    call: CallByHand,
    value_of: CallByHand | None,
    arguments: Arguments,
    output: object,
    cotangent: object,
    asked: Sequence[str],
    floats: Sequence[str],
    parameters: Sequence[str],
    *,
    bare: bool = False,
) -> Written:
    """Return what code does that is called once, at arguments for which the output is known.

    An input that has none, such as labels, may have None. Raises Unjudged if it is no gradient in
    any form, or it is not clear of which inputs; what the code raises passes through.
    """
    returned = call({n: copied(value) for n, value in arguments.items()}, copied(cotangent))
    seeded = bool(call.cotangent)
    form = recognised(returned, output, call.name, seeded=seeded, bare=bare)
    gradients = form.pulled(form.apart(returned)[1], copied(cotangent))
    wrt = owners(gradients, call.name, asked, floats, parameters)
    pairs = list(zip(wrt, each(gradients).values(), strict=True))
    for name, part in pairs:
        if not is_numbers(part) and (part is not None or name in floats):
            raise Unjudged(
                f"`{call.name}` gives {kind(part)} for a gradient",
                "Let each be an array or a number, and name their inputs with --wrt",
            )
    return Written(call, form, tuple(n for n, part in pairs if part is not None), value_of)


def kind(part: object) -> str:
    """Return what is no gradient, in words."""
    return "nothing" if part is None else f"a {type(part).__name__}"


def numbers(gradient: object) -> Floats:
    """Return a gradient's numbers; ValueError if it has none."""
    if not is_numbers(gradient):
        raise ValueError(f"its gradient is {kind(gradient)}")
    return np.asarray(gradient, dtype=float)
