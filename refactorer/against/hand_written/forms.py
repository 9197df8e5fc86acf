"""The forms in which people write a gradient, recognised by what the code returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from refactorer.against.hand_written.calling import contained
from refactorer.errors import Unjudged
from refactorer.execution.evaluation import floats
from refactorer.judging.comparison import described

GRADIENT, CALLBACK, CALLBACKS = "gradient", "callback", "callbacks"
WORDS = {GRADIENT: "gradient", CALLBACK: "callback", CALLBACKS: "(callbacks)"}


@dataclass(frozen=True)
class Form:
    """The layout of what hand-written code returns.

    `rest` says what comes beside the value: the gradient, a callback, or one for each input.
    `value` is the place of the value in a pair, or None where there is none. `seeded` tells whether
    the gradient depends on a cotangent that it is given; `spread`, whether the parts of that are
    given one by one.
    """

    rest: str
    value: int | None = None
    seeded: bool = False

    def __str__(self) -> str:
        parts = [WORDS[self.rest]]
        if self.value is not None:
            parts.insert(self.value, "value")
        return f"({', '.join(parts)})" if len(parts) > 1 else f"the {self.rest}"

    @property
    def style(self) -> str:
        """The style of ours that is most like it."""
        if self.rest != GRADIENT:
            return self.rest
        return "grad" if self.value is None else "value-and-grad"

    def apart(self, returned: object) -> tuple[object, object]:
        """Return the value, None where there is none, and the rest."""
        if self.value is None:
            return None, returned
        assert isinstance(returned, tuple | list)
        rest = [part for place, part in enumerate(returned) if place != self.value]
        return returned[self.value], rest[0] if len(rest) == 1 else tuple(rest)

    def pulled(self, rest: object, cotangent: object) -> object:
        """Return the gradients that the rest gives for a cotangent."""
        if self.rest == GRADIENT:
            return rest
        if self.rest == CALLBACKS:
            getters = each(rest)
            values = [seeded(get, cotangent) for get in getters.values()]  # type: ignore[arg-type]
            return (
                dict(zip(getters, values, strict=True))
                if has_named_gradients(rest)
                else tuple(values)
            )
        return seeded(rest, cotangent)  # type: ignore[arg-type]


def recognised(
    returned: object, output: object, name: str, *, seeded: bool, bare: bool = False
) -> Form:
    """Return the form of what `name` returned where the function's output is known; else Unjudged.

    `seeded` tells whether it was given a cotangent. If `bare`, there can be no value beside the
    gradient.
    """
    if callable(returned):
        return Form(CALLBACK, seeded=True)
    if are_callbacks(returned):
        return Form(CALLBACKS, seeded=True)
    pair = isinstance(returned, tuple | list) and len(returned) == 2
    if pair and callable(returned[1]):  # type: ignore[index]
        return Form(CALLBACK, 0, seeded=True)
    if pair and are_callbacks(returned[1]):  # type: ignore[index]
        return Form(CALLBACKS, 0, seeded=True)
    place = None if bare else value_place(returned, output)
    form = Form(GRADIENT, place, seeded)
    gradients = form.apart(returned)[1]
    if not all(part is None or is_numbers(part) for part in each(gradients).values()) or all(
        part is None for part in each(gradients).values()
    ):
        raise Unjudged(
            f"`{name}` returns {in_words(returned)}, in which there is no gradient",
            "Return the gradient, (value, gradient), (value, callback) or (value, (callbacks))",
        )
    return form


def value_place(returned: object, output: object) -> int | None:
    """Return where the function's output stands in a tuple; the first place if it may be meant.

    It may be if it is a number beside an array.
    """
    if not isinstance(returned, tuple) or len(returned) < 2:
        return None
    for place in (0, len(returned) - 1):
        if same_numbers(returned[place], output):
            return place
    if isinstance(returned[1], tuple | list | Mapping):
        return 0
    shapes = [shape(part) for part in returned[:2]]
    return 0 if shapes[0] == shape(output) != shapes[1] else None


def shape(value: object) -> tuple[int, ...] | None:
    """Return the shape of an array or a number; None if it is none."""
    return np.asarray(value).shape if is_numbers(value) else None


def same_numbers(one: object, other: object) -> bool:
    """Tell whether two outputs hold nearly the same numbers."""
    if not is_numbers(one) and not isinstance(one, tuple | list):
        return False
    if shape(one) != shape(other):
        return False
    mine, theirs = floats(one), floats(other)
    return mine.shape == theirs.shape and bool(np.allclose(mine, theirs, rtol=1e-6, atol=1e-12))


def is_numbers(value: object) -> bool:
    """Tell whether a value may be a gradient: an array or a list of real numbers, or a number."""
    if isinstance(value, bool | str | bytes | Mapping) or callable(value) or value is None:
        return False
    try:
        return np.asarray(value).dtype.kind in "fiu"
    except ValueError:  # a list of arrays of several shapes
        return False


def has_named_gradients(gradients: object) -> bool:
    """Tell whether gradients have names, as in {"dW": dW, "db": db}."""
    return isinstance(gradients, Mapping)


def each(gradients: object) -> dict[str, object]:
    """Return gradients, or callbacks, by their names or places."""
    if isinstance(gradients, Mapping):
        return {str(key): part for key, part in gradients.items()}
    if isinstance(gradients, tuple) or (isinstance(gradients, list) and not is_vector(gradients)):
        return {str(place): part for place, part in enumerate(gradients)}
    return {"0": gradients}


def is_vector(gradients: Sequence[object]) -> bool:
    """Tell whether a list is one gradient: one of numbers."""
    return all(isinstance(part, int | float | np.generic) for part in gradients)


def are_callbacks(value: object) -> bool:
    """Tell whether a value is a collection of callbacks."""
    parts = list(each(value).values())
    return isinstance(value, tuple | list | Mapping) and bool(parts) and all(map(callable, parts))


def seeded(callback: Callable[..., object], cotangent: object) -> object:
    """Return what a callback gives for a cotangent, whose parts may be parameters of their own."""
    parameters = [
        p for p in inspect.signature(callback).parameters.values() if p.default is p.empty
    ]
    with contained():
        if isinstance(cotangent, tuple) and len(parameters) == len(cotangent) > 1:
            return callback(*cotangent)
        return callback(cotangent) if inspect.signature(callback).parameters else callback()


def in_words(value: object) -> str:
    """Return what a value is, in words."""
    return "nothing" if value is None else described(value)
