"""What is taken out of values, and how their elements are laid out."""

from __future__ import annotations

from .program import SIZES, Program, Shape, Value


def indexed(p: Program) -> Value:
    name, shape = p.pick(1)
    head, *rest = shape
    forms: list[Value] = [
        (f"{name}[0]", tuple(rest)),
        (f"{name}[-1]", tuple(rest)),
        (f"{name}[::-1]", shape),
        (f"{name}[..., 0]", shape[:-1]),
        (f"{name}[..., :1]", (*shape[:-1], "1")),
        (f"{name}[[0, 0, -1]]", ("3", *rest)),
        (f"{name}[..., None]", (*shape, "1")),
        (f"{name}[None]", ("1", *shape)),
        (f"np.take({name}, [0, 0], axis=-1)", (*shape[:-1], "2")),
        (f"{name}[::2]", (f"{head}:2", *rest)),
        (f"{name}[::-2]", (f"{head}:2", *rest)),
        (f"{name}[..., ::2]", (*shape[:-1], f"{shape[-1]}:2")),
        (f"{name}[..., ::-1]", shape),
        (f"{name}[np.array([0, -1])]", ("2", *rest)),
        (f"{name}[np.arange(len({name})) % 2]", shape),
        (f"{name}[np.arange(len({name}))[::-1]]", shape),
        (f"{name}[np.argsort({name}{'[:, 0]' if len(rest) == 1 else ''})]", shape),
    ][: -1 if len(rest) > 1 else None]
    if head in SIZES:
        forms += [(f"{name}[1:]", (f"{head}-1", *rest)), (f"{name}[:-1]", (f"{head}-1", *rest))]
        forms += [(f"{name}[1:] - {name}[:-1]", (f"{head}-1", *rest))]
        forms += [(f"np.diff({name}, axis=0)", (f"{head}-1", *rest))]
    if len(shape) > 1:
        forms += [
            (f"{name}[:, 0]", (head, *shape[2:])),
            (f"{name}[:, ::2][:, :1]", (head, "1", *shape[2:])),
        ]
        forms += [(f"{name}[:, None]", (head, "1", *rest))]
        forms += [(f"{name}[:, [0, -1]]", (head, "2", *shape[2:]))]
        forms += [(f"{name}[:, -1:]", (head, "1", *shape[2:]))]
        forms += [(f"{name}[0, -1]", shape[2:])]
        forms += [(f"{name}[np.ix_([0, -1], [0])]", ("2", "1", *shape[2:]))]
    if len(shape) == 1:
        forms += [(f"{name}[{name} > 0].sum()", ())]
        forms += [(f"{name}[np.arange(len({name}))]", shape)]
    if len(shape) == 2 and shape[0] == shape[1]:
        forms += [(f"np.diag({name})", (head,)), (f"np.trace({name})", ())]
        forms += [(f"np.tril({name})", shape)]
    return p.choice(*forms)


def reshaped(p: Program) -> Value:
    name, shape = p.pick(1)
    order = list(range(len(shape)))
    p.rng.shuffle(order)
    turned = tuple(shape[i] for i in order)
    product = "*".join(shape)
    forms: list[Value] = [
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
    return p.choice(*forms)


def swapped(shape: Shape) -> Shape:
    return (shape[-1], *shape[1:-1], shape[0]) if len(shape) > 1 else shape


def without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def hstacked(shape: Shape) -> Shape:
    axis = min(1, len(shape) - 1)
    return (*shape[:axis], f"2*{shape[axis]}", *shape[axis + 1 :])


def joined(p: Program) -> Value:
    left, shape = p.pick(1)
    right = p.choice(*(n for n, s in p.values.items() if s == shape))
    axis = p.rng.randrange(-1, len(shape))
    sizes = list(shape)
    sizes[axis] = f"2*{shape[axis]}"
    forms: list[Value] = [
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
        (f"np.cumprod(np.tanh({left}), axis={axis})", shape),
        (f"np.concatenate([{left}[:1], {right}[1:]])", shape),
        (f"np.concatenate([{left}[-1:], {left}[:-1]])", shape),
        (f"np.hstack([{left}, {right}])", hstacked(shape)),
        (f"np.pad({left}[..., 1:], {[(0, 0)] * (len(shape) - 1) + [(1, 0)]})", shape),
        (f"np.array([{left}, {right}])", ("2", *shape)),
    ]
    return p.choice(*forms)
