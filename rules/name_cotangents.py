from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, zip_longest

from refactorer.adjoint import Adjoint
from refactorer.printing.names.naming import free, of_cotangent, of_result
from refactorer.printing.names.phrases import of_value
from refactorer.printing.written import Written, names_in, renamed
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, value_of, writes
from refactorer.syntax.expressions import code, names_read, parse
from refactorer.syntax.renaming import Renaming
from refactorer.syntax.rewriting import expression_by, module_by

FORMULAS = frozenset({"solved", "whole"})  # what formulas call values that have no better name


class NameCotangents(Rule):
    """Name each cotangent after its value: that of `similarity` is d_similarity, that of X is dX.

    The name of a cotangent is free to choose, since only the backward part reads it. If the user
    gave the value no name, the cotangent is named after what the value would be called.
    """

    EXAMPLES = (
        Example(
            "the cotangent of a named value",
            forward="similarity = dot / norms",
            before="bdot = seed / norms",
            after="d_dot = d_out / norms",
        ),
        Example(
            "the cotangent of a value without a name",
            forward="v3 = xnorm * ynorm\nv4 = dot / v3",
            before="bv3 = -seed * v4 / v3\nbxnorm = bv3 * ynorm",
            after="d_norms = -d_out * v4 / v3\nd_xnorm = d_norms * ynorm",
        ),
        Example(
            "a name that the user has is left to the user",
            forward="v1 = x * d_out",
            before="bx = seed * d_out",
            after="d_x = grad_out * d_out",
        ),
        Example(
            "a factor that several cotangents share",
            forward="v1 = x * y",
            before="t1 = 2 * seed\nbx = t1 * y\nby = t1 * x",
            after="scale = 2 * d_out\nd_x = scale * y\nd_y = scale * x",
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        names = chosen(adjoint)
        renaming = Renaming(names)
        named = replace(
            adjoint,
            backward=module_by(renaming, adjoint.backward),
            gradients=tuple(code(expression_by(renaming, parse(g))) for g in adjoint.gradients),
            seed=names.get(adjoint.seed, adjoint.seed),
            cotangents={names.get(name, name): v for name, v in adjoint.cotangents.items()},
            shapes={names.get(name, name): array for name, array in adjoint.shapes.items()},
        )
        return adjoint if named.code == adjoint.code else named


def chosen(adjoint: Adjoint) -> Mapping[str, str]:
    """Return new names for the seed and for what the backward part binds, the gradients' first."""
    taken = {*in_use(adjoint), *argument_names(adjoint)}
    names: dict[str, str] = {}
    written = Written(adjoint.primal)
    for name in ordered(adjoint):
        names[name] = free(candidates(name, adjoint, names, written), taken)
        taken.add(names[name])
    return names


def in_use(adjoint: Adjoint) -> Iterator[str]:
    """Yield the names of the forward part, ours and the user's, and of what it reads."""
    primal = adjoint.primal
    yield from chain(names_in(primal.code), names_in(primal.target.source), primal.names.values())
    for definition in primal.target.definitions:
        yield from definition.names
    for statement in adjoint.forward.body:
        yield from names_in(code(statement))


def argument_names(adjoint: Adjoint) -> Iterator[str]:
    """Yield what gradients will be called that are expressions here."""
    primal = adjoint.primal
    for name, gradient in zip(primal.wrt, adjoint.gradients, strict=False):
        if not any(bound(statement) == gradient for statement in adjoint.backward.body):
            yield next(of_cotangent(primal.names.get(name, name), argument=True))


def ordered(adjoint: Adjoint) -> Iterator[str]:
    """Yield the seed, then the names that the backward part binds, the gradients first."""
    binds = [name for statement in adjoint.backward.body for name in sorted(writes(statement))]
    yield adjoint.seed
    yield from dict.fromkeys([*(g for g in adjoint.gradients if g in binds), *binds])


def candidates(
    name: str, adjoint: Adjoint, names: Mapping[str, str], written: Written
) -> Iterator[str]:
    """Yield what a name of the backward part may be called; `names` are those already chosen."""
    gradients = dict(zip(reversed(adjoint.gradients), reversed(adjoint.primal.wrt), strict=True))
    value = gradients.get(name) or adjoint.cotangents.get(name)
    if name == adjoint.seed:
        yield from of_cotangent(result(adjoint))
    elif value is None:
        yield from of_factor(name, adjoint, names, written)
    else:
        argument = value in adjoint.primal.wrt
        said = [[*of_cotangent(name, argument)] for name in value_names(value, written)]
        yield from chain.from_iterable(zip_longest(*said, fillvalue=""))


def result(adjoint: Adjoint) -> str:
    """Return what the output is called: by its own name, by the function's, or `out`."""
    primal = adjoint.primal
    noun = of_result(primal.target.name)
    free = noun not in primal.names.values()
    return primal.names.get(primal.output) or (noun if noun and free else "out")


def value_names(value: str, written: Written) -> Iterator[str]:
    """Yield names for a value: the user's, or else one made from its expression."""
    named = written.primal.names.get(value, "" if value in written.definitions else value)
    if named and written.finals.get(named, value) == value:
        yield named
    yield from written.phrases(value) if value in written.definitions else ()
    yield from [named] if named else []


def of_factor(
    name: str, adjoint: Adjoint, names: Mapping[str, str], written: Written
) -> Iterator[str]:
    """Yield names for a value that is no cotangent, but a part of several of them."""
    value = next(value_of(s) for s in adjoint.backward.body if bound(s) == name)
    if names_read(value).isdisjoint(names):
        said = {v: next(value_names(v, written), v) for v in written.definitions}
        yield from of_value(renamed(ast.parse(code(value), mode="eval").body, said))
    if name in FORMULAS:
        yield name
    array = adjoint.shapes.get(name)
    is_number = array is not None and array.shape == ()
    yield from ("scale", "factor") if is_number else ("common", "shared")
