"""What is taken together along axes."""

from __future__ import annotations

from .program import ANY, Program, Value

# A norm has no slope at zero, nor a standard deviation where all elements are equal.
REDUCTIONS = (
    *("np.sum({0}{1})", "np.sum({0}{1})", "np.mean({0}{1})", "np.max({0}{1})", "np.min({0}{1})"),
    *("np.prod(2 + np.tanh({0}){1})", "np.linalg.norm(3 + np.cos({0}){1})", "np.var({0}{1})"),
    *("np.sqrt(0.1 + np.var({0}{1}))", "np.average({0}{1})", "np.median({0}{1})"),
    *("np.linalg.norm(2 + {0} ** 2{1})", "np.sqrt(1 + np.sum({0} ** 2{1}))"),
    *("np.log(np.sum(np.exp({0}){1}))", "np.exp(np.mean(np.tanh({0}){1}))", "np.ptp({0}{1})"),
    *("np.sum({0} * {0}{1}) / {0}.size", "({0} ** 2).mean({2}) ** 0.5", "np.amax({0}{1})"),
    *("{0}.sum({2})", "{0}.mean({2})", "{0}.max({2})", "{0}.min({2})", "{0}.var({2})"),
)
OF_ONE_AXIS = ("norm", "median")  # the others take two of them


def reduction(p: Program) -> Value:
    """Take elements together along all axes, one or two of them, which stay or not."""
    name, shape = p.pick()
    form = p.choice(*REDUCTIONS)
    if not shape or p.maybe(0.25):
        return form.format(name if shape else f"np.sin({name})", "", ""), ()
    two = len(shape) == 3 and p.maybe(0.3) and not any(f in form for f in OF_ONE_AXIS)
    axes = p.rng.sample(range(len(shape)), 2 if two else 1)
    said = [a - len(shape) if p.maybe(0.5) else a for a in axes]
    axis = f"axis={said[0] if len(said) == 1 else tuple(said)}"
    if p.maybe(0.4):
        kept = tuple("1" if i in axes else s for i, s in enumerate(shape))
        return form.format(name, f", {axis}, keepdims=True", f"{axis}, keepdims=True"), kept
    left = tuple(s for i, s in enumerate(shape) if i not in axes)
    return form.format(name, f", {axis}", axis), left


def total(p: Program) -> str:
    """Return a number made of a value, bounded."""
    name, shape = p.pick()
    if not shape:
        return p.choice("np.tanh({})", "0.5 * np.sin({})", "np.cos({}) ** 2").format(name)
    forms = ["np.mean(np.tanh({}))", "np.tanh(np.sum({}))"]
    forms += ["np.tanh({}.sum())", "np.sin({}.max())"] if shape != ANY else []
    forms += ["np.tanh({} @ {})"] if len(shape) == 1 and shape != ANY else []
    return p.choice(*forms).replace("{}", name)


def spread(p: Program) -> Value:
    """A standard deviation of an argument, whose elements are not equal."""
    name = p.choice(*p.arguments)
    shape = p.values[name]
    if not shape or "1" in shape:
        raise LookupError
    return f"np.std({name}, axis=-1, keepdims=True)", (*shape[:-1], "1")


def softmax(p: Program) -> Value:
    name, shape = p.pick(1)
    e = p.bind(f"np.exp({name} - np.max({name}, axis=-1, keepdims=True))", shape)
    return f"{e} / {e}.sum(axis=-1, keepdims=True)", shape


def normed(p: Program) -> Value:
    """Rows that are divided by their length, or brought to mean zero and variance one."""
    name, shape = p.pick(1)
    forms = (
        "{0} / np.linalg.norm(2 + np.cos({0}), axis={1}, keepdims=True)",
        "{0} / (1e-2 + np.sqrt(np.sum({0} ** 2, axis={1}, keepdims=True) + 0.1))",
        "({0} - {0}.mean(axis={1}, keepdims=True)) / np.sqrt({0}.var({1}, keepdims=True) + 0.1)",
        "{0} / np.sum(1 + np.abs({0}), axis={1}, keepdims=True)",
        "{0} / np.max(1 + np.abs({0}))",
    )
    return p.choice(*forms).format(name, p.choice(-1, 0)), shape


def centred(p: Program) -> Value:
    name, shape = p.pick(1)
    axis = p.rng.randrange(len(shape))
    return f"{name} - np.mean({name}, axis={axis}, keepdims=True)", shape
