"""Whose gradients hand-written code returns: as --wrt says, by their names, or by their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from refactorer.against.hand_written.forms import each
from refactorer.errors import Unjudged


def owners(
    gradients: object,
    name: str,
    asked: Sequence[str],
    floats: Sequence[str],
    parameters: Sequence[str],
) -> tuple[str, ...]:
    """Return the input of each gradient that `name` returns; Unjudged where that is not clear.

    `asked` is what --wrt says, if anything; `floats` are the inputs that may have a gradient.
    """
    if isinstance(gradients, Mapping):
        return by_key(each(gradients), name, asked or parameters)
    count = len(each(gradients))
    unasked = [parameters[:1] if count == 1 else floats, parameters]
    for choice in [asked] if asked else unasked:
        if len(choice) == count:
            return tuple(choice)
    inputs = asked or floats
    raise Unjudged(
        f"`{name}` returns {number_of(count, 'gradient')} for {number_of(len(inputs), 'input')}: "
        f"{', '.join(inputs)}",
        "--wrt names the inputs, in the order of the gradients",
    )


def by_key(keys: Mapping[str, object], name: str, inputs: Sequence[str]) -> tuple[str, ...]:
    """Return the input that each key of a dictionary names; the keys stay in their order."""
    found = [owner(key, inputs) for key in keys]
    lost = [key for key, one in zip(keys, found, strict=True) if one is None]
    if lost:
        raise Unjudged(
            f"`{name}` returns a gradient under the name '{lost[0]}', which is of no input",
            f"Name it after its input, as in 'd{inputs[0]}'",
        )
    return tuple(one for one in found if one is not None)


def owner(key: str, inputs: Sequence[str]) -> str | None:
    """Return the input that a name of a gradient stands for: X for X, dX, d_X, grad_X or gX."""
    for fold in (str, str.lower):
        for prefix in ("", "d", "d_", "grad_", "g_", "g"):
            for one in inputs:
                if fold(key) == fold(prefix + one):
                    return one
    return None


def number_of(number: int, what: str) -> str:
    """Return a number of things."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
