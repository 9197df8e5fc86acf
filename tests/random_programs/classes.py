"""Masks, labels, and the pieces of a softmax: what is chosen among elements, and how likely."""

from __future__ import annotations

from .elementwise import fitting
from .program import Program, Value


def masked(p: Program) -> Value:
    """Elements that a condition lets through, of the value or of another one of its shape."""
    name, shape = p.pick(1)
    other = p.choice(*fitting(p, shape))
    mask = p.choice(f"{other} > 0", f"{name} < 0.3", f"np.abs({other}) < 0.8", f"{other} <= {name}")
    if p.maybe(0.4):
        mask = p.bind_constant("mask", mask)
    forms: list[Value] = [
        (f"np.where({mask}, {name}, {other})", shape),
        (f"np.where({mask}, np.sin({name}), 0.5 * {other})", shape),
        (f"{name} * ({mask})", shape),
        (f"{name} * np.logical_not({mask})", shape),
        (f"({mask}).astype(float) * {name}", shape),
        (f"np.where({mask}, {name}, 0).sum(axis=-1)", shape[:-1]),
        (f"np.sum(np.where({mask}, {name}, 0.0), axis=0)", shape[1:]),
        (f"np.sum({name} * ({mask})) / (1 + np.sum({mask}))", ()),
        (f"{name}[{mask}].sum()", ()),
        (f"np.sum({name}[{mask}] ** 2)", ()),
    ]
    return p.choice(*forms)


def extreme(p: Program) -> Value:
    """The element that is the largest or smallest of all, or of each row."""
    name, shape = p.pick(1)
    which = p.choice("argmax", "argmin")
    forms: list[Value] = [
        (f"{name}.ravel()[np.{which}({name})]", ()),
        (f"np.max({name}, axis=-1) - np.min({name}, axis=-1)", shape[:-1]),
        (f"np.max(np.abs({name}), axis=0, keepdims=True)", ("1", *shape[1:])),
        (f"np.sort({name}, axis=-1)[..., -1]", shape[:-1]),
        (f"np.take_along_axis({name}, np.argsort({name}, axis=-1), axis=-1)", shape),
    ]
    if len(shape) == 2:
        picked = f"{name}[np.arange(len({name})), np.{which}({name}, axis=1)]"
        forms += [(picked, (shape[0],))]
    return p.choice(*forms)


def likely(p: Program) -> Value:
    """A logarithm of a sum of exponentials, a log-softmax, or what it gives to labels."""
    name, shape = p.pick(1)
    most = p.bind(f"{name}.max(axis=-1, keepdims=True)", (*shape[:-1], "1"))
    total = f"np.exp({name} - {most}).sum(axis=-1, keepdims=True)"
    if p.maybe(0.4):
        flat = f"np.log(np.sum(np.exp({name} - {most}), axis=-1)) + {most}[..., 0]"
        return p.choice((f"{most} + np.log({total})", (*shape[:-1], "1")), (flat, shape[:-1]))
    logs = p.bind(f"{name} - {most} - np.log({total})", shape)
    if len(shape) == 2 and p.maybe(0.6):
        labels = p.bind_constant("labels", f"np.arange({name}.shape[0]) % {name}.shape[1]")
        picked = f"{logs}[np.arange(len({labels})), {labels}]"
        one_hot = f"np.eye({name}.shape[1])[{labels}]"
        return p.choice(
            (f"-np.mean({picked})", ()),
            (f"-{picked}", (shape[0],)),
            (f"-np.sum({one_hot} * {logs}, axis=1)", (shape[0],)),
            (f"-({one_hot} * {logs}).sum() / len({labels})", ()),
        )
    return f"np.exp({logs})" if p.maybe(0.5) else f"np.exp({logs}) * {logs}", shape
