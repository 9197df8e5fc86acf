"""The algebra: like terms, values of the forward part, small things first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.algebra.collect import Line, Program
from refactorer.algebra.read import Unreadable
from refactorer.expressions import UnknownShape, code, parse, shape_of
from refactorer.rule import Example, Rule


class CollectTerms(Rule):
    """Write each gradient as one sum of products, reusing what the forward part has computed.

    Like terms merge and what cancels is gone: sums are linear, and pull out what they do not range over.
    With s = d / n, the product d / n**2 is s / n. What is left is the cheapest form found, in which numbers
    meet columns before columns meet matrices. A cotangent that is read twice keeps its name.
    """

    EXAMPLES = (
        Example(
            "a quotient that the forward part has computed is read from there",
            before="bn = -(b * d) / (n * n)",
            after="",
            forward="s = d / n",
            gradients=("bn",),
        ),
    )

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        """Return the adjoint with its gradients collected; itself where the block branches or loops."""
        try:
            lines, gradients = program(adjoint).collected()
        except NotCollected:
            return adjoint
        backward = cst.parse_module("".join(f"{line.code}\n" for line in lines))
        return replace(adjoint, backward=backward, gradients=gradients)


def program(adjoint: Adjoint) -> Program:
    shapes = {name: array.shape for name, array in adjoint.shapes.items()}

    def shape(expression: str) -> tuple[int, ...]:
        try:
            return shape_of(parse(expression), adjoint.shapes)
        except UnknownShape as error:
            raise Unreadable from error

    parameters = [a.arg for a in ast.walk(ast.parse(adjoint.primal.code)) if isinstance(a, ast.arg)]
    return Program(
        forward=forward_lines(adjoint),
        backward=lines(adjoint.backward),
        arguments=adjoint.primal.wrt,
        gradients=adjoint.gradients,
        shapes=shapes,
        seed=adjoint.seed,
        free=frozenset((*adjoint.primal.names, *parameters)),
        shape_of=shape,
    )


def forward_lines(adjoint: Adjoint) -> list[Line]:
    """The forward part in our own words where it has them: tangent binds modules and constants to names."""
    own = dict(assignments(adjoint.primal.code))
    return [Line(line.name, own.get(line.name, line.text)) for line in lines(adjoint.forward)]


def assignments(function: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(function)):
        match node:
            case ast.Assign([ast.Name(name)], value):
                yield name, ast.unparse(value)


def lines(block: cst.Module) -> list[Line]:
    return [line(code(s.with_changes(leading_lines=())).strip()) for s in block.body]


def line(text: str) -> Line:
    """A statement; one that changes a value in place is told apart from what it puts there."""
    (node,) = ast.parse(text).body
    match node:
        case ast.Assign([ast.Name(name)], value):
            return Line(name, ast.unparse(value))
        case ast.Assign([ast.Subscript(ast.Name(name)) as target], value):
            return Line(name, ast.unparse(value), f"{ast.unparse(target)} = ")
        case ast.Expr(ast.Call(function, [ast.Name(name), index, value], [])):
            head = f"{ast.unparse(function)}({name}, {ast.unparse(index)}, "
            return Line(name, ast.unparse(value), head, ")")
    raise NotCollected(text)


class NotCollected(Exception):
    """A statement that the algebra has no meaning for."""
