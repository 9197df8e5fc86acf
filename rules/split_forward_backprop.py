from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.printing.forward_text import ForwardText
from refactorer.printing.functions import Function
from refactorer.printing.probe import Probe, grouped
from refactorer.printing.residuals import Residuals
from refactorer.printing.written import Written
from refactorer.rule import Example, Rule
from refactorer.syntax.dataflow import bound, reads, value_of, writes
from refactorer.syntax.expressions import code, parenthesized, parse
from refactorer.syntax.renaming import NamesOfValues


class SplitForwardBackprop(Rule):
    """Write the forward part in the user's own text, with names for what the callback reads.

    The user's text computes the same values, so the backward part may read them from there. A
    subexpression is named once, where it is first computed; nothing else of the text changes.
    """

    EXAMPLES = (
        Example(
            "small factors meet before the large one",
            before="d_X = g / n * X",
            after="d_X = (g / n) * X",
            shapes={"X": (2, 3), "d_X": (2, 3)},
        ),
        Example(
            "one pair of parentheses, whatever gets larger inside",
            before="d_X = -2 * g * v * X",
            after="d_X = (-2 * g * v) * X",
            shapes={"X": (2, 3), "v": (3,), "d_X": (2, 3)},
        ),
        Example.unchanged("factors of one size", "d_x = g / n * x"),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        forward_text = ForwardText(residuals_of(adjoint))
        names = forward_text.residuals.names
        reading = reader(adjoint, forward_text)
        return replace(
            adjoint,
            primal=forward_text.primal,
            forward=cst.Module(Function(forward_text.text).work),
            backward=cst.ensure_type(reading(adjoint.backward), cst.Module),
            gradients=tuple(code(reading(parse(g))) for g in adjoint.gradients),
            cotangents={name: forward_text.place(v) for name, v in adjoint.cotangents.items()},
            shapes={names.get(name, name): array for name, array in adjoint.shapes.items()},
        )


def residuals_of(adjoint: Adjoint) -> Residuals:
    """Return what the backward part reads of the forward part."""
    own = {adjoint.seed, *chain.from_iterable(map(writes, adjoint.backward.body))}
    read = [reads(adjoint.backward), *(reads(parse(g)) for g in adjoint.gradients)]
    target = adjoint.primal.target
    pieces = [(bound(s), s) for s in adjoint.forward.body]
    return Residuals(
        written=Written(adjoint.primal),
        needed=frozenset(chain(*read)) - own,
        taken=frozenset(chain(own, *(d.names for d in target.definitions))),
        wanted=dict(wanted(adjoint)),
        constants={name: tree(value_of(s)) for name, s in pieces if name},
    )


def wanted(adjoint: Adjoint) -> Iterator[tuple[str, str]]:
    """Yield what values should be called, so that d_norms is the cotangent of `norms`."""
    cotangents = {**adjoint.cotangents, adjoint.seed: adjoint.primal.output}
    for name, value in cotangents.items():
        if name.startswith("d_"):
            yield value, name.removeprefix("d_")


def tree(value: cst.BaseExpression) -> ast.expr:
    """Return an expression as a tree of `ast`."""
    return ast.parse(code(value), mode="eval").body


def reader(adjoint: Adjoint, forward_text: ForwardText) -> Callable[[cst.CSTNode], cst.CSTNode]:
    """Return what lets a piece of the backward part read the user's text."""
    values: dict[str, cst.BaseExpression] = {
        ours: cst.Name(name) for ours, name in forward_text.residuals.names.items()
    }
    for ours in forward_text.residuals.needed:
        if forward_text.residuals.is_inline(ours):
            values[ours] = parenthesized(parse(forward_text.expression(ours)))

    def read(node: cst.CSTNode) -> cst.CSTNode:
        found = grouped(node, Probe(adjoint.shapes)).visit(Reading(values))
        assert isinstance(found, cst.CSTNode)
        return forward_text.written.numpy.spell(found)

    return read


class Reading(NamesOfValues):
    """Puts expressions in the places of variables, and drops comments."""

    def __init__(self, values: Mapping[str, cst.BaseExpression]) -> None:
        super().__init__()
        self.values = values

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.values.get(original_node.value, updated_node)

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        return updated_node.with_changes(leading_lines=())
