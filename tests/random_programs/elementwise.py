"""What is done element by element, to one value or to two that broadcast."""

from __future__ import annotations

from .program import ANY, Program, Shape, Value, together

# Each is bounded, or grows no faster than its argument.
SMOOTH = (
    *("np.tanh({})", "np.sin({})", "np.cos({})", "np.arctan({})", "np.exp(-({})**2)"),
    *("np.sqrt(1 + ({})**2)", "np.log(2.0 + ({})**2)", "1 / (1 + np.exp(-{}))", "-{}"),
    *("np.log1p(np.exp({}))", "np.square({})", "np.abs({})", "np.expm1(np.tanh({}))", "{} * 0.5"),
    *("{} * ({} > 0)", "{} * np.tanh(np.logaddexp(0, {}))", "np.where({} > 0, {}, np.expm1({}))"),
    *("0.5 * {} * (1 + np.tanh(0.8 * {}))", "np.clip({}, None, 0.5)", "np.exp(np.minimum({}, 1))"),
    *("{} / 3", "2 - {}", "({}) ** 2", "np.power({}, 2)", "np.negative({})", "np.arcsinh({})"),
    *("np.clip({}, -0.8, 0.9)", "np.maximum({}, 0)", "np.minimum({}, 0.7)"),
    *("np.where({} > 0, {}, 0.1 * {})", "np.sign({}) * 0.3", "np.reciprocal(2 + ({}) ** 2)"),
    *("np.sqrt(np.abs({}) + 0.5)", "np.logaddexp({}, 0.0)", "np.cosh(np.tanh({}))", "np.copy({})"),
    *("np.multiply({}, 1.5)", "np.arcsin(np.tanh({}) * 0.5)", "np.cbrt(2 + np.cos({}))"),
)
WITH_AXES = (*SMOOTH, "np.float32(2) * {}")  # a number would become one of single precision
BINARY = (
    *("{} + {}", "{} - {}", "{} * {}", "{} * {}", "{} / (1 + ({})**2)", "np.maximum({}, {})"),
    *("np.minimum({}, {})", "np.hypot({}, 1 + {})", "np.arctan2({}, 3 + np.tanh({}))"),
    *("np.where({} > 0.1, {}, 0.0)", "np.logaddexp({}, {})", "np.add({}, {})"),
    *("(1.5 + np.tanh({})) ** np.tanh({})", "np.divide({}, np.sqrt(1 + ({})**2))"),
    *("np.subtract({}, {})", "{} / np.exp({})"),
)
# Each is bounded whatever it is of, so that it may be repeated.
BOUNDED = (
    *("np.tanh({} + {})", "np.tanh({} * {})", "0.5 * np.sin({}) + np.tanh({})"),
    *("np.cos({}) * np.tanh({})", "np.tanh({} - 0.3 * {})", "np.arctan({} + {})"),
)


def unary(p: Program) -> Value:
    name, shape = p.pick()
    return p.choice(*(WITH_AXES if shape and shape != ANY else SMOOTH)).replace("{}", name), shape


def binary(p: Program) -> Value:
    left, one = p.pick()
    fitting = [(n, s) for n, s in p.values.items() if together(one, s) is not None]
    right, other = p.choice(*fitting)
    if p.maybe(0.5):
        left, right = right, left
    shape = together(one, other)
    assert shape is not None
    return p.choice(*BINARY).format(left, right), shape


def outer_broadcast(p: Program) -> Value:
    left, one = p.of([1])
    right, other = p.of([1])
    forms = ("{}[:, None] * {}", "{}[:, np.newaxis] - {}[None, :]")
    return p.choice(*forms).format(left, right), one + other


def fitted(p: Program, shape: Shape, *, bounded: bool = False, of: str = "") -> str:
    """Return an expression of a shape, of a name if one is given, bounded where it is asked."""
    own = of or p.choice(*fitting(p, shape))
    other = p.choice(*(n for n, s in p.values.items() if together(s, shape) == shape))
    reduced = p.choice("np.sum({})", "np.mean({})", "np.max({})").format(p.pick()[0])
    pair = (own, p.choice(other, other, f"np.tanh({reduced})"))
    if bounded:
        return p.choice(*BOUNDED).format(*pair)
    return p.choice(p.choice(*SMOOTH).replace("{}", own), p.choice(*BINARY).format(*pair))


def fitting(p: Program, shape: Shape) -> list[str]:
    """Return the names that hold values of a shape."""
    found = [n for n, s in p.values.items() if s == shape]
    if not found:
        raise LookupError
    return found
