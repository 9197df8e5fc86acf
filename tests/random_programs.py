"""Straight-line NumPy programs, drawn at random: finite, and smooth almost everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

Shape = tuple[str, ...]

SHAPES: tuple[Shape, ...] = (
    *((), ("n",), ("d",), ("n", "d"), ("n", "d"), ("d", "k")),
    *(("n", "k"), ("d", "d"), ("b", "n", "d"), ("b", "d", "k"), ("n", "1"), ("1", "d")),
)
# Each is bounded, or grows no faster than its argument.
SMOOTH = (
    *("np.tanh({})", "np.sin({})", "np.cos({})", "np.arctan({})", "np.exp(-({})**2)"),
    *("np.sqrt(1 + ({})**2)", "np.log(2.0 + ({})**2)", "1 / (1 + np.exp(-{}))", "-{}"),
    *("np.log1p(np.exp({}))", "np.square({})", "np.abs({})", "np.expm1(np.tanh({}))", "{} * 0.5"),
    *("{} / 3", "2 - {}", "({}) ** 2", "np.power({}, 2)", "np.negative({})", "np.arcsinh({})"),
    *("np.clip({}, -0.8, 0.9)", "np.maximum({}, 0)", "np.minimum({}, 0.7)", "np.float32(2) * {}"),
    *("np.where({} > 0, {}, 0.1 * {})", "np.sign({}) * 0.3", "np.reciprocal(2 + ({}) ** 2)"),
    *("np.sqrt(np.abs({}) + 0.5)", "np.logaddexp({}, 0.0)", "np.cosh(np.tanh({}))", "np.copy({})"),
    *("np.multiply({}, 1.5)", "np.arcsin(np.tanh({}) * 0.5)", "np.cbrt(2 + np.cos({}))"),
)
BINARY = (
    *("{} + {}", "{} - {}", "{} * {}", "{} * {}", "{} / (1 + ({})**2)", "np.maximum({}, {})"),
    *("np.minimum({}, {})", "np.hypot({}, 1 + {})", "np.arctan2({}, 3 + np.tanh({}))"),
    *("np.where({} > 0.1, {}, 0.0)", "np.logaddexp({}, {})", "np.add({}, {})"),
    *("(1.5 + np.tanh({})) ** np.tanh({})", "np.divide({}, np.sqrt(1 + ({})**2))"),
    *("np.subtract({}, {})", "{} / np.exp({})"),
)
# A norm has no slope at zero, nor a standard deviation where all elements are equal.
REDUCTIONS = (
    *("np.sum({0}{1})", "np.sum({0}{1})", "np.mean({0}{1})", "np.max({0}{1})", "np.min({0}{1})"),
    *("np.prod(2 + np.tanh({0}){1})", "np.linalg.norm(3 + np.cos({0}){1})", "np.var({0}{1})"),
    *("np.sqrt(0.1 + np.var({0}{1}))", "np.average({0}{1})", "np.median({0}{1})"),
    *("{0}.sum({2})", "{0}.mean({2})", "{0}.max({2})", "{0}.min({2})", "{0}.var({2})"),
)
OF_ONE_AXIS = ("norm", "median")  # the others take two of them


@dataclass
class Program:
    """A program as it grows: its text, and what its names hold."""

    rng: Random
    values: dict[str, Shape] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def pick(self, rank: int = 0) -> tuple[str, Shape]:
        """Return a value of at least this rank, later ones more often."""
        found = [(n, s) for n, s in self.values.items() if len(s) >= rank]
        if not found:
            raise LookupError
        return found[max(self.rng.randrange(len(found)), self.rng.randrange(len(found)))]

    def bind(self, text: str, shape: Shape) -> None:
        """Assign to a new name, or to one of the locals again."""
        taken = [n for n in self.values if n.startswith("v")]
        again = taken and self.rng.random() < 0.15
        name = self.rng.choice(taken) if again else f"v{len(self.lines)}"
        self.values.pop(name, None)
        self.values[name] = shape
        self.lines.append(f"{name} = {text}")


def unary(p: Program) -> tuple[str, Shape]:
    name, shape = p.pick()
    form = p.rng.choice(SMOOTH)
    return form.replace("{}", name), shape


def together(left: Shape, right: Shape) -> Shape | None:
    """Return the shape that two broadcast to; None where their sizes differ."""
    rank = max(len(left), len(right))
    pairs = zip(
        ("1",) * (rank - len(left)) + left, ("1",) * (rank - len(right)) + right, strict=True
    )
    found = tuple(b if a == "1" else a if b in ("1", a) else "" for a, b in pairs)
    return None if "" in found else found


def binary(p: Program) -> tuple[str, Shape]:
    left, one = p.pick()
    fitting = [(n, s) for n, s in p.values.items() if together(one, s) is not None]
    right, other = p.rng.choice(fitting)
    if p.rng.random() < 0.5:
        left, right = right, left
    shape = together(one, other)
    assert shape is not None
    return p.rng.choice(BINARY).format(left, right), shape


def outer_broadcast(p: Program) -> tuple[str, Shape]:
    left, one = p.pick(1)
    right, other = p.pick(1)
    if len(one) > 1 or len(other) > 1:
        raise LookupError
    return p.rng.choice(("{}[:, None] * {}", "{}[:, np.newaxis] - {}[None, :]")).format(
        left, right
    ), one + other


def reduction(p: Program) -> tuple[str, Shape]:
    """Take elements together along all axes, one or two of them, which stay or not."""
    name, shape = p.pick()
    form = p.rng.choice(REDUCTIONS)
    if not shape or p.rng.random() < 0.25:
        return form.format(name if shape else f"np.sin({name})", "", ""), ()
    two = len(shape) == 3 and p.rng.random() < 0.3 and not any(f in form for f in OF_ONE_AXIS)
    axes = p.rng.sample(range(len(shape)), 2 if two else 1)
    said = [a - len(shape) if p.rng.random() < 0.5 else a for a in axes]
    axis = f"axis={said[0] if len(said) == 1 else tuple(said)}"
    if p.rng.random() < 0.4:
        kept = tuple("1" if i in axes else s for i, s in enumerate(shape))
        return form.format(name, f", {axis}, keepdims=True", f"{axis}, keepdims=True"), kept
    left = tuple(s for i, s in enumerate(shape) if i not in axes)
    return form.format(name, f", {axis}", axis), left


def spread(p: Program) -> tuple[str, Shape]:
    """A standard deviation of an argument, whose elements are not equal."""
    name = p.rng.choice([n for n in p.values if not n.startswith("v")])
    shape = p.values[name]
    if not shape or "1" in shape:
        raise LookupError
    return f"np.std({name}, axis=-1, keepdims=True)", (*shape[:-1], "1")


def indexed(p: Program) -> tuple[str, Shape]:
    name, shape = p.pick(1)
    head, *rest = shape
    forms: list[tuple[str, Shape]] = [
        (f"{name}[0]", tuple(rest)),
        (f"{name}[-1]", tuple(rest)),
        (f"{name}[::-1]", shape),
        (f"{name}[..., 0]", shape[:-1]),
        (f"{name}[..., :1]", (*shape[:-1], "1")),
        (f"{name}[[0, 0, -1]]", ("3", *rest)),
        (f"{name}[..., None]", (*shape, "1")),
        (f"{name}[None]", ("1", *shape)),
        (f"np.take({name}, [0, 0], axis=-1)", (*shape[:-1], "2")),
        (f"{name}[np.argsort({name}{'[:, 0]' if len(rest) == 1 else ''})]", shape),
    ][: -1 if len(rest) > 1 else None]
    if head in ("n", "d", "k", "b"):
        forms += [(f"{name}[1:]", (f"{head}-1", *rest)), (f"{name}[:-1]", (f"{head}-1", *rest))]
        forms += [(f"{name}[1:] - {name}[:-1]", (f"{head}-1", *rest))]
        forms += [(f"np.diff({name}, axis=0)", (f"{head}-1", *rest))]
    if len(shape) > 1:
        forms += [
            (f"{name}[:, 0]", (head, *shape[2:])),
            (f"{name}[:, ::2][:, :1]", (head, "1", *shape[2:])),
        ]
        forms += [(f"{name}[:, None]", (head, "1", *rest))]
    if len(shape) == 1:
        forms += [(f"{name}[{name} > 0].sum()", ())]
        forms += [(f"{name}[np.arange(len({name}))]", shape)]
    if len(shape) == 2 and shape[0] == shape[1]:
        forms += [(f"np.diag({name})", (head,)), (f"np.trace({name})", ())]
        forms += [(f"np.tril({name})", shape)]
    return p.rng.choice(forms)


def reshaped(p: Program) -> tuple[str, Shape]:
    name, shape = p.pick(1)
    order = list(range(len(shape)))
    p.rng.shuffle(order)
    turned = tuple(shape[i] for i in order)
    product = "*".join(shape)
    forms: list[tuple[str, Shape]] = [
        (f"{name}.T", shape[::-1]),
        (f"np.transpose({name}, {tuple(order)})", turned),
        (f"{name}.reshape(-1)", (product,)),
        (f"np.ravel({name})", (product,)),
        (f"np.reshape({name}, (-1, 1))", (product, "1")),
        (f"np.expand_dims({name}, 0)", ("1", *shape)),
        (f"np.expand_dims({name}, axis=-1)", (*shape, "1")),
        (f"np.reshape({name}, {name}.shape + (1,))", (*shape, "1")),
        (f"np.swapaxes({name}, 0, -1)", swapped(shape)),
        (f"np.moveaxis({name}, 0, -1)", (*shape[1:], shape[0])),
        (f"np.broadcast_to({name}, (2,) + {name}.shape)", ("2", *shape)),
    ]
    if "1" in shape:
        forms += [
            (f"np.squeeze({name}, axis={shape.index('1')})", without(shape, shape.index("1")))
        ]
    return p.rng.choice(forms)


def swapped(shape: Shape) -> Shape:
    return (shape[-1], *shape[1:-1], shape[0]) if len(shape) > 1 else shape


def without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def joined(p: Program) -> tuple[str, Shape]:
    left, shape = p.pick(1)
    right = p.rng.choice([n for n, s in p.values.items() if s == shape])
    axis = p.rng.randrange(-1, len(shape))
    sizes = list(shape)
    sizes[axis] = f"2*{shape[axis]}"
    forms: list[tuple[str, Shape]] = [
        (f"np.concatenate([{left}, {right}], axis={axis})", tuple(sizes)),
        (f"np.concatenate(({left}, 2 * {right}), axis={axis})", tuple(sizes)),
        (f"np.stack([{left}, {right}])", ("2", *shape)),
        (f"np.stack(({left}, {right}), axis=-1)", (*shape, "2")),
        (
            f"np.vstack([{left}, {right}])",
            ("2", *shape) if len(shape) == 1 else (f"2*{shape[0]}", *shape[1:]),
        ),
        (f"np.tile({left}, 2)", (*shape[:-1], f"2*{shape[-1]}")),
        (f"np.repeat({left}, 2, axis=-1)", (*shape[:-1], f"2*{shape[-1]}")),
        (f"np.cumsum({left}, axis={axis})", shape),
        (f"np.flip({left}, axis={axis})", shape),
        (f"np.sort({left}, axis={axis})", shape),
        (f"np.roll({left}, 1, axis={axis})", shape),
    ]
    return p.rng.choice(forms)


def product(p: Program) -> tuple[str, Shape]:
    left, one = p.pick(1)
    pairs: list[tuple[str, Shape]] = []
    for right, other in p.values.items():
        pairs += products(left, one, right, other)
    if not pairs:
        raise LookupError
    return p.rng.choice(pairs)


def products(left: str, one: Shape, right: str, other: Shape) -> list[tuple[str, Shape]]:
    """Return the products that two values have."""
    found: list[tuple[str, Shape]] = []
    if len(other) == 1 and one[-1] == other[0]:
        found += [(f"{left} @ {right}", one[:-1]), (f"np.dot({left}, {right})", one[:-1])]
    if len(other) == 2 and one[-1] == other[0]:
        found += [(f"{left} @ {right}", (*one[:-1], other[1]))]
        found += [(f"np.dot({left}, {right})", (*one[:-1], other[1]))]
        found += [(f"np.tensordot({left}, {right}, axes=1)", (*one[:-1], other[1]))]
    if len(one) == len(other) == 2 and one[-1] == other[1]:
        found += [(f"{left} @ {right}.T", (one[0], other[0]))]
        found += [(f"np.einsum('ij,kj->ik', {left}, {right})", (one[0], other[0]))]
        found += [(f"np.einsum('ij,kj->k', {left}, {right})", (other[0],))]
    if one == other and len(one) == 2:
        found += [(f"np.einsum('ij,ij->i', {left}, {right})", (one[0],))]
        found += [(f"np.einsum('ij,ij', {left}, {right})", ())]
    if len(one) == 3 and one == other:
        found += [(f"{left} @ np.swapaxes({right}, -1, -2)", (one[0], one[1], one[1]))]
        found += [(f"np.einsum('bij,bkj->bik', {left}, {right})", (one[0], one[1], one[1]))]
    if len(one) == len(other) == 1:
        found += [(f"np.outer({left}, {right})", one + other)]
        found += [(f"np.einsum('i,j->ij', {left}, {right})", one + other)]
    return found


def linear_algebra(p: Program) -> tuple[str, Shape]:
    name, shape = p.pick(2)
    if len(shape) != 2:
        raise LookupError
    n = shape[1]
    sound = f"np.tanh({name}).T @ np.tanh({name}) + 3 * np.eye({name}.shape[1])"
    forms: list[tuple[str, Shape]] = [
        (f"np.linalg.inv({sound})", (n, n)),
        (f"np.linalg.slogdet({sound})[1]", ()),
        (f"np.log(np.linalg.det({sound}))", ()),
        (f"np.linalg.cholesky({sound})", (n, n)),
        (f"np.linalg.eigvalsh({sound}).sum()", ()),
        (f"np.trace({sound})", ()),
    ]
    for other, sizes in p.values.items():
        if sizes and sizes[0] == n and len(sizes) < 3:
            forms.append((f"np.linalg.solve({sound}, {other})", sizes))
    return p.rng.choice(forms)


def nested(p: Program) -> tuple[str, Shape]:
    """A larger expression: one form inside another."""
    text, shape = p.rng.choice((binary, unary, product, reduction, indexed))(p)
    return p.rng.choice(SMOOTH).replace("{}", f"({text})"), shape


def softmax(p: Program) -> tuple[str, Shape]:
    name, shape = p.pick(1)
    p.bind(f"np.exp({name} - np.max({name}, axis=-1, keepdims=True))", shape)
    e = next(reversed(p.values))
    return f"{e} / {e}.sum(axis=-1, keepdims=True)", shape


def centred(p: Program) -> tuple[str, Shape]:
    name, shape = p.pick(1)
    axis = p.rng.randrange(len(shape))
    return f"{name} - np.mean({name}, axis={axis}, keepdims=True)", shape


Maker = Callable[[Program], tuple[str, Shape]]
MAKERS: tuple[Maker, ...] = (
    *(unary, unary, unary, binary, binary, binary, binary, outer_broadcast, reduction, reduction),
    *(reduction, spread, indexed, indexed, reshaped, reshaped, joined, product, product, product),
    *(linear_algebra, nested, nested, nested, softmax, centred),
)


def tamed(p: Program) -> None:
    """Keep the last value from growing, every now and then."""
    name = next(reversed(p.values))
    if p.rng.random() < 0.25:
        p.bind(f"np.tanh({name})", p.values[name])


def augmented(p: Program) -> None:
    """Add to a local what broadcasts into it."""
    found = [(n, s) for n, s in p.values.items() if n.startswith("v")]
    if not found:
        return
    name, shape = p.rng.choice(found)
    other = p.rng.choice([n for n, s in p.values.items() if together(s, shape) == shape])
    operator = p.rng.choice(("+=", "-=", "*="))
    # What may be a view is not changed in place.
    p.lines.append(f"{name} = {name} + 0")
    p.lines.append(f"{name} {operator} {p.rng.choice((other, '0.5', f'np.cos({other})'))}")


@dataclass(frozen=True)
class Drawn:
    """A program's text, and the shapes of its arguments."""

    text: str
    shapes: dict[str, Shape]


def drawn(seed: int) -> Drawn:
    """Return the program of a seed: 5 to 25 statements on 1 to 3 arguments of rank 0 to 3."""
    rng = Random(seed)
    names = rng.sample(("x", "y", "weights", "a"), rng.randint(1, 3))
    shapes = {name: rng.choice(SHAPES) for name in names}
    p = Program(rng, dict(shapes))
    length = rng.choice((5, 7, 9, 12, 16, 25))
    while len(p.lines) < length:
        step(p)
    returned = result(p)
    body = "".join(f"    {line}\n" for line in p.lines)
    text = f"import numpy as np\n\n\ndef f({', '.join(names)}):\n{body}    return {returned}\n"
    return Drawn(text, shapes)


def step(p: Program) -> None:
    try:
        text, shape = p.rng.choice(MAKERS)(p)
    except LookupError:
        return
    if len(shape) > 3 or sum(len(s) for s in shape) > 12:
        return
    p.bind(text, shape)
    tamed(p)
    if p.rng.random() < 0.1:
        augmented(p)


def result(p: Program) -> str:
    """Return what reads every argument: the last value, sometimes with another."""
    last = [n for n in p.values if n.startswith("v")][-3:]
    if p.rng.random() < 0.2 and len(last) > 1:
        return ", ".join(last[-2:])
    if p.rng.random() < 0.4:
        return " + ".join(f"np.sum(np.tanh({n}))" for n in last)
    return last[-1]
