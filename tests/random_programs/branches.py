"""Ways that part: on what an array holds, on its size, on a flag."""

from __future__ import annotations

from .elementwise import fitted, fitting
from .program import Program, Shape, Value
from .reductions import total

OF_NUMBERS = ("{} > 0.2", "{} < -0.1", "0 < {}", "-1 < {} < 0.5")
OF_ARRAYS = (
    *("np.sum({}) > 0.3", "{}.mean() < 0.1", "np.max(np.abs({})) > 1.0", "{}.min() > -0.7"),
    *("np.any({} > 0.8)", "np.all({} < 1.1)", "len({}) > 3", "{}.size > 6", "{}.shape[0] == 3"),
)
# What a parameter that is asked about may be by default, and the questions.
FLAGS = {
    "scaled": ("True", ("scaled", "not scaled")),
    "plain": ("False", ("plain", "not plain")),
    "mode": ("'mean'", ("mode == 'mean'", "mode == 'sum'", "mode in ('mean', 'none')")),
}


def condition(p: Program) -> str:
    """Return a question, which may introduce a flag."""
    if p.maybe(0.3):
        name = p.choice(*FLAGS)
        p.flags[name], questions = FLAGS[name]
        return p.choice(*questions)
    name, shape = p.pick()
    text = p.choice(*(OF_ARRAYS if shape else OF_NUMBERS)).format(name)
    if p.turns and p.maybe(0.4):
        text = p.choice("{} > 0", "{} % 2 == 0", "{} == 1").format(p.turns[-1])
    return f"{text} and {condition(p)}" if p.maybe(0.1) else text


def branch(p: Program) -> None:
    """Set a name in each way, or another value for it in some of them."""
    name, shape = goal(p)
    heads = [f"if {condition(p)}:"]
    heads += [f"elif {condition(p)}:"] * p.maybe(0.15)
    heads += ["else:"] * (name not in p.values or p.maybe(0.4))
    for head in heads:
        with p.block(head):
            if p.maybe(0.3):
                p.bind(*aside(p))
            p.set(name, fitted(p, shape, bounded=p.depth > 1), shape)
    p.values.pop(name, None)
    p.values[name] = shape


def goal(p: Program) -> Value:
    """Return a local that is set again, or a new name for a value of some shape."""
    own = [n for n in p.locals if n not in p.fixed]
    if own and p.maybe(0.5):
        name = p.choice(*own)
        return name, p.values[name]
    return p.name(), p.pick()[1]


def aside(p: Program) -> Value:
    """Return a value that the block alone reads."""
    shape = p.pick()[1]
    return fitted(p, shape), shape


def chosen(p: Program) -> Value:
    """One of two values, in an expression."""
    shape = p.pick()[1]
    left, right = p.choice(*fitting(p, shape)), fitted(p, shape)
    return f"{left} if {condition(p)} else {right}", shape


def early_return(p: Program) -> None:
    """Return what has the shape of an argument, or a number; all that follows returns the same."""
    if p.returned is None:
        p.returned = p.choice((), *(p.values[n] for n in p.arguments))
    shape: Shape = p.returned
    with p.block(f"if {condition(p)}:"):
        p.line(f"return {fitted(p, shape) if shape else total(p)}")
