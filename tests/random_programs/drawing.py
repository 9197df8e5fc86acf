"""A program from a seed: the kinds of statements, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random

import numpy as np

from .arguments import ERRORS, Drawn, Function, Point, executed, fresh, parts, points, quiet
from .branches import branch, chosen, early_return
from .classes import extreme, likely, masked
from .elementwise import SMOOTH, binary, outer_broadcast, unary
from .helpers import of_any_shape, of_these_shapes
from .items import items
from .layouts import indexed, joined, reshaped
from .loops import gathered, halved, loop
from .products import linear_algebra, product
from .program import INDENT, SHAPES, Program, Value, together
from .reductions import centred, normed, reduction, softmax, spread


def nested(p: Program) -> Value:
    """A larger expression: one form inside another."""
    text, shape = p.choice(binary, unary, product, reduction, indexed)(p)
    return p.choice(*SMOOTH).replace("{}", f"({text})"), shape


VALUES: tuple[Callable[[Program], Value], ...] = (
    *(unary, unary, unary, binary, binary, binary, binary, outer_broadcast, reduction, reduction),
    *(reduction, spread, indexed, indexed, reshaped, reshaped, joined, product, product, product),
    *(linear_algebra, nested, nested, nested, softmax, centred, chosen, chosen, gathered),
    *(masked, masked, extreme, likely, normed, normed),
)


def value(p: Program) -> None:
    """A line that binds a value, which is kept from growing every now and then."""
    text, shape = p.choice(*VALUES)(p)
    name = p.bind(text, shape)
    if p.maybe(0.25):
        p.bind(f"np.tanh({name})", shape)


def augmented(p: Program) -> None:
    """Add to a local what broadcasts into it."""
    if not p.locals:
        raise LookupError
    name = p.choice(*p.locals)
    shape = p.values[name]
    other = p.choice(*(n for n, s in p.values.items() if together(s, shape) == shape))
    p.line(f"{name} = {name} + 0")  # what may be a view is not changed in place
    operator = p.choice("+=", "-=", "*=", "/=")
    value = p.choice(other, "0.5", f"np.cos({other})")
    p.line(f"{name} {operator} {f'2 + np.cos({other})' if operator == '/=' else value}")


def unpacked(p: Program) -> None:
    """Two values in one line: of two names, turned around, or the rows of what has two."""
    if p.maybe(0.3) and (twos := [(n, s) for n, s in p.values.items() if s[:1] == ("2",)]):
        name, (_, *rest) = p.choice(*twos)
        one, two = p.name(), p.name()
        p.line(f"{one}, {two} = {name}")
        p.values |= {one: tuple(rest), two: tuple(rest)}
        return
    alike = [(a, b) for a in p.locals for b in p.locals if a < b and p.values[a] == p.values[b]]
    if p.maybe(0.4) and alike:
        one, two = p.choice(*alike)
        p.line(f"{one}, {two} = {two}, {p.choice(one, f'{one} + {two}', f'np.sin({one})')}")
        return
    (left, first), (right, second) = p.choice(unary, binary)(p), p.choice(unary, reduction)(p)
    one, two = p.name(), p.name()
    p.line(f"{one}, {two} = {left}, {right}")
    p.values |= {one: first, two: second}


def helper(p: Program) -> None:
    """A further function: of values of any shape, or with statements of its own."""
    if len(p.helpers) > 1:
        raise LookupError
    if p.maybe(0.6):
        of_any_shape(p)
    else:
        of_these_shapes(p, statement)


STATEMENTS: tuple[Callable[[Program], None], ...] = (
    *(value,) * 10,
    *(loop, loop, loop, branch, branch, items, items, helper, helper),
    *(early_return, augmented, halved, unpacked),
)


def statement(p: Program) -> None:
    """Draw a statement of any kind; where there can be none of that kind, nothing is added."""
    before = p.copied()
    try:
        p.choice(*STATEMENTS)(p)
    except LookupError:
        vars(p).update(vars(before))


def drawn(seed: int) -> Drawn:
    """Return the program of a seed: it runs, and what it returns is finite and not constant."""
    rng = Random(seed)
    while not moves(found := tried(rng)):
        pass
    return found


def tried(rng: Random) -> Drawn:
    """Return a program of 3 to 12 lines or a few more, on 1 to 3 arguments."""
    names = rng.sample(("x", "y", "weights", "a"), rng.randint(1, 3))
    shapes = {name: rng.choice(SHAPES) for name in names}
    p = Program(rng, dict(shapes), arguments=tuple(names))
    length = rng.choice((3, 5, 7, 9, 12))
    while len(p.lines) < length:
        statement(p)
    p.line(f"return {p.result()}")
    flags = [f"{name}={default}" for name, default in p.flags.items()]
    body = "".join(f"{INDENT}{line}\n" for line in p.lines)
    own = f"def f({', '.join([*names, *flags])}):\n{body}"
    return Drawn("\n\n".join(["import numpy as np\n", *p.helpers, own]), shapes)


def moves(program: Drawn) -> bool:
    """Tell whether a program runs, is finite, and changes where its arguments change a little."""
    function, rng, found = executed(program.text), np.random.default_rng(3), []
    with quiet(), suppress(*ERRORS, AttributeError):  # a sum of nothing is no array
        for _, given in zip(range(6), points(program, rng), strict=False):
            near = {name: given[name] + 1e-4 * rng.normal() for name in program.shapes}
            pair = (sums(function, given), sums(function, given | near))
            if not np.isfinite(pair[0]).all():
                return False
            found.append(np.any(pair[0] != pair[1]))
        return any(found)
    return False


def sums(function: Function, given: Point) -> list[float]:
    """Return the sum of each value that a function returns."""
    return [float(part.sum()) for part in parts(function(**fresh(given)))]
