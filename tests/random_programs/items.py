"""Arrays that are made first, and whose items are set then."""

from __future__ import annotations

from .elementwise import fitted, fitting
from .program import SIZES, Program, Shape, Value


def zeros(p: Program, shape: Shape) -> str:
    """Return zeros of a shape that some value has."""
    if not shape:
        return "0.0"
    name = p.choice(*fitting(p, shape))
    sizes = ", ".join(f"{name}.shape[{i}]" for i in range(len(shape)))
    forms = (f"np.zeros_like({name})", f"np.zeros({name}.shape)", f"np.zeros(({sizes},))")
    return p.choice(*forms)


def items(p: Program) -> None:
    """Make an array and set some of its items, once or twice."""
    name, shape = p.pick(1)
    own = p.name()
    made = (zeros(p, shape), f"{name}.copy()", f"np.array({name})", f"np.ones({name}.shape)")
    p.set(own, p.choice(*made, f"np.tanh({name})"), shape)
    for _ in range(p.choice(1, 1, 2)):
        place, held = p.choice(*places(own, shape), (masked(p, own, shape), ("m",)))
        p.line(
            f"{own}[{place}] {p.choice('=', '=', '+=', '-=', '*=')} {put(p, place, held, shape)}"
        )
    if p.maybe(0.2):
        at = p.choice("[0, 1]", f"np.arange(len({name}))", f"np.arange(len({name}))[::2]")
        p.line(f"{own}[{at}] {p.choice('=', '+=')} {p.choice('0.5', f'np.sin({name}[{at}])')}")
    p.fixed.add(own)


def places(name: str, shape: Shape) -> list[Value]:
    """Return indices into an array, and the shapes of what they hold."""
    head, *rest = shape
    found: list[Value] = [("0", tuple(rest)), ("-1", tuple(rest)), ("...", shape), (":", shape)]
    found += [("..., 0", shape[:-1]), ("::-1", shape)]
    if head in SIZES:
        found += [("1:", (f"{head}-1", *rest)), (":-1", (f"{head}-1", *rest))]
    if len(shape) == 2:
        found += [(":, 0", (head,)), (":, -1", (head,))]
        found += [("0, 0", ()), (f"np.arange(len({name})), 0", (head,))]
    return found


def masked(p: Program, name: str, shape: Shape) -> str:
    """Return a mask over an array."""
    other = p.choice(*fitting(p, shape))
    return p.choice(f"{other} > 0.1", f"{name} < 0.2", f"np.abs({other}) > 0.7")


def put(p: Program, place: str, held: Shape, whole: Shape) -> str:
    """Return what is put at a place: a number, a value of its shape, or what others have there."""
    number = p.choice("0.0", "0.5", "2")
    if held in p.values.values() and p.maybe(0.5):
        return fitted(p, held)
    alike = p.choice(*fitting(p, whole))
    there = f"{alike}[{place}]"
    form = p.choice("np.tanh({})", "{} ** 2", "0.3 * {}", "np.sin({}) + 1", "{}")
    return number if p.maybe(0.2) else form.format(there)
