"""Further functions of the file, called once or twice, at equal or different ranks."""

from __future__ import annotations

from collections.abc import Callable

from .elementwise import binary, fitting, unary
from .program import ANY, INDENT, Program
from .reductions import total


def of_any_shape(p: Program) -> None:
    """A helper of arrays of one shape, which returns such an array or a number."""
    given = p.choice(("a",), ("a", "b"))
    own = Program(p.rng, dict.fromkeys(given, ANY), named=p.named)
    for _ in range(p.choice(1, 2, 3)):
        own.bind(*p.choice(unary, binary)(own))
    last = own.locals[-1]
    scalar = p.maybe(0.3)
    text = total(own) if scalar else f"{last} * {given[-1]}"
    factor = p.maybe(0.3)
    if factor:
        own.flags["factor"] = p.choice("0.5", "1.5", "1.0")
        text = f"factor * {text}" if scalar else f"np.tanh(factor * {last}) * {given[-1]}"
    name = defined(p, own, given, text)
    for _ in range(p.choice(1, 2, 2)):
        shape = p.pick()[1]
        arguments = [p.choice(*fitting(p, shape)) for _ in given]
        if p.maybe(0.2):
            arguments[-1] = f"{given[-1]}={arguments[-1]}"
        if factor and p.maybe(0.5):
            arguments.append(p.choice("factor=0.7", "factor=2.0"))
        called = f"{name}({', '.join(arguments)})"
        if p.maybe(0.2) and not scalar and len(given) == 1:
            called = f"{name}({called})"
        elif p.maybe(0.2) and not scalar:
            called = f"np.tanh({called}) + {arguments[0].rpartition('=')[2]}"
        p.bind(called, () if scalar else shape)


def of_these_shapes(p: Program, statement: Callable[[Program], None]) -> None:
    """A helper of some of the values here, with statements of every kind, called here alone."""
    found = p.rng.sample([*p.values], min(len(p.values), p.choice(1, 2)))
    given = [*"abc"[: len(found)]]
    shapes = {g: p.values[n] for g, n in zip(given, found, strict=True)}
    own = Program(p.rng, shapes, named=p.named, arguments=tuple(given))
    for _ in range(p.choice(1, 2, 3)):
        statement(own)
    if not own.locals:
        raise LookupError
    last = own.locals[-1]
    shape = own.returned if own.returned is not None else own.values[last]
    if own.returned is None and p.maybe(0.2) and len(own.locals) > 1:
        return several(p, own, given, found)
    text = last if own.returned is None else own.result()
    name = defined(p, own, given, text)
    p.bind(f"{name}({', '.join(found)})", shape)
    if p.maybe(0.3):
        again = [p.choice(*fitting(p, p.values[n])) for n in found]
        p.bind(f"{name}({', '.join(again)})", shape)
    return None


def several(p: Program, own: Program, given: list[str], found: list[str]) -> None:
    """A helper that returns two values."""
    left, right = own.locals[-2:]
    shapes = own.values[left], own.values[right]
    name = defined(p, own, given, f"{left}, {right}")
    one, two = p.name(), p.name()
    if p.maybe(0.2):
        p.line(f"_, {two} = {name}({', '.join(found)})")
        p.values |= {two: shapes[1]}
    elif p.maybe(0.2):
        p.line(f"pair = {name}({', '.join(found)})")
        p.line(f"{one}, {two} = pair")
        p.values |= {one: shapes[0], two: shapes[1]}
    else:
        p.line(f"{one}, {two} = {name}({', '.join(found)})")
        p.values |= {one: shapes[0], two: shapes[1]}


def defined(p: Program, own: Program, given: tuple[str, ...] | list[str], text: str) -> str:
    """Put a helper above the function, and return its name."""
    name = own.name("helper")
    flags = [f"{flag}={default}" for flag, default in own.flags.items()]
    body = "".join(f"{INDENT}{line}\n" for line in [*own.lines, f"return {text}"])
    p.helpers += [*own.helpers, f"def {name}({', '.join([*given, *flags])}):\n{body}"]
    p.named = own.named
    return name
