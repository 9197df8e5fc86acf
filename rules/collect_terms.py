"""The algebra as a rule: like terms, values of the forward part, small arrays first."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.algebra.blocks.lines import Line, grown, names_in
from refactorer.algebra.blocks.parted import parted
from refactorer.algebra.blocks.program import Care, Program
from refactorer.algebra.blocks.recalled import recalled
from refactorer.algebra.collect import collected
from refactorer.algebra.reading.syntax import Unreadable
from refactorer.rule import Example, Rule
from refactorer.shapes import Array
from refactorer.syntax.dataflow import known_after, unpacked
from refactorer.syntax.expressions import UnknownShape, bare, code, parse, shape_of
from refactorer.syntax.renaming import Renaming
from refactorer.syntax.rewriting import expression_by, module_by
from refactorer.syntax.suites import Statement


class CollectTerms(Rule):
    """Write each gradient as one sum of products, reusing what the forward part has computed.

    Like terms are merged, and what cancels is dropped. Sums are linear: factors that do not vary
    along the summed axes are taken out of them. With s = d / n, the product d / n**2 is s / n. Of
    the forms found, the cheapest is taken: small arrays are multiplied with each other before they
    are with large ones. A cotangent that is read twice keeps its name.
    """

    EXAMPLES = (
        Example(
            "like terms are one term",
            before="bx = b * x + x * b",
            after="",
            gradients=("bx",),
        ),
        Example(
            "a quotient that the forward part has computed is read from there",
            forward="s = d / n",
            before="bn = -(b * d) / (n * n)",
            after="",
            gradients=("bn",),
        ),
        Example(
            "a cotangent that is read twice keeps its name",
            forward="H = np.tanh(Z)",
            before="bZ = bH * (1.0 - H * H)\nbW = np.transpose(X) @ bZ\nbX = bZ @ np.transpose(W)",
            after="bZ = bH * (1 - H**2)",
            shapes={
                "X": (5, 3),
                "W": (3, 2),
                **dict.fromkeys(("Z", "H", "bH", "bZ"), (5, 2)),
                "bW": (3, 2),
                "bX": (5, 3),
            },
            gradients=("bX", "bW"),
        ),
        Example(
            "what is put in place is collected, where it is put stays",
            before="bx = np.zeros_like(x)\nbx[1:] = b * y + y * b",
            after="bx = np.zeros_like(x)\nbx[1:] = 2 * b * y",
            shapes={"x": (4,), "y": (3,), "bx": (4,)},
            gradients=("bx",),
        ),
        Example(
            "ones on a diagonal are like terms, too",
            before="bx = (np.eye(y.size) * b + b * np.eye(y.size)) @ y",
            after="",
            shapes={"x": (4,), "y": (4,), "bx": (4,)},
            gradients=("bx",),
        ),
        Example.unchanged(
            "numbers that choose are not ones and zeros",
            "bx = np.where(y, b, 0)",
            shapes=dict.fromkeys(("x", "y", "b", "bx"), (3,)),
            gradients=("bx",),
        ),
        Example.unchanged(
            "a statement that binds two names", "bx, by = np.split(b, 2)", shapes={"b": (4,)}
        ),
    )

    REORDERS = True

    @classmethod
    def apply(cls, adjoint: Adjoint) -> Adjoint:
        """Return the adjoint with its gradients collected; itself where it cannot be read."""
        return collected_with(Care(), adjoint)

    @classmethod
    def careful(cls, adjoint: Adjoint, extreme: Collection[str]) -> Iterator[Adjoint]:
        """Yield the adjoint collected without some names, with others, without high powers."""
        avoided = frozenset(extreme)
        for care in (
            Care(late=True),
            Care(avoided),
            Care(avoided, late=True),
            Care(named=True),
            Care(avoided, named=True),
            Care(apart=True),
            Care(avoided, apart=True),
            Care(avoided, named=True, apart=True),
        ):
            yield collected_with(care, adjoint)


def collected_with(care: Care, adjoint: Adjoint) -> Adjoint:
    """Return the adjoint with its gradients collected with some care; itself if it is not read."""
    try:
        given = program(adjoint, care)
        lines, gradients = parted(given, *collected(given), adjoint.inlined)
    except Unreadable:
        return adjoint
    texts = [*map(code, unpacking(adjoint)[0]), *(f"{line.code}\n" for line in lines)]
    naming = Renaming(recalled(given, lines, adjoint.inlined))
    backward = module_by(naming, cst.parse_module("".join(texts)))
    gradients = tuple(code(expression_by(naming, parse(text))) for text in gradients)
    shapes = known_after(backward.body, adjoint.shapes)
    return replace(adjoint, backward=backward, gradients=gradients, shapes=shapes)


def unpacking(adjoint: Adjoint) -> tuple[list[Statement], list[Statement]]:
    """The line that takes the seed of a tuple apart, if there is one, and the others."""
    body = [*adjoint.backward.body]
    k = 1 if body and unpacked(body[0])[0] == adjoint.seed else 0
    return body[:k], body[k:]


def program(adjoint: Adjoint, care: Care) -> Program:
    used = {*names_in(adjoint.code), *adjoint.parameters}
    shapes = {name: array.shape for name, array in adjoint.shapes.items() if name in used}

    def shape(expression: str, new: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
        arrays = {name: Array(shape, "float64") for name, shape in new.items()}
        try:
            return shape_of(parse(expression), {**adjoint.shapes, **arrays})
        except UnknownShape as error:
            raise Unreadable from error

    first, rest = unpacking(adjoint)
    return Program(
        forward=forward_lines(adjoint),
        backward=grown(lines(rest)),
        arguments=adjoint.primal.wrt,
        gradients=adjoint.gradients,
        shapes=shapes,
        seeds=[adjoint.seed, *(part for s in first for part in unpacked(s)[1])],
        free=frozenset((*adjoint.primal.names, *adjoint.parameters)),
        shape_of=shape,
        numbers=frozenset(n for n, array in adjoint.shapes.items() if array.dtype != "bool"),
        positive=positive_by_default(adjoint),
        turns=adjoint.primal.turns,
        care=care,
    )


def positive_by_default(adjoint: Adjoint) -> frozenset[str]:
    """The parameters whose defaults are above zero, such as the width of a loss."""
    pairs = zip(adjoint.parameters, adjoint.primal.target.parameters, strict=False)
    return frozenset(ours for ours, parameter in pairs if parameter.is_positive_by_default)


def forward_lines(adjoint: Adjoint) -> list[Line]:
    """The forward part, in our own words where it has them: tangent names modules and constants."""
    own = dict(assignments(adjoint.primal.code))
    return [Line(line.name, own.get(line.name, line.text)) for line in lines(adjoint.forward.body)]


def assignments(function: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(function)):
        match node:
            case ast.Assign([ast.Name(name)], value):
                yield name, ast.unparse(value)


def lines(statements: Sequence[Statement]) -> list[Line]:
    return [as_line(bare(s)) for s in statements]


def as_line(text: str) -> Line:
    """Return a statement as a line; a change in place as its target and its value."""
    (node,) = ast.parse(text).body
    match node:
        case ast.Assign([ast.Name(name)], value):
            return Line(name, ast.unparse(value))
        case ast.Assign([ast.Subscript(ast.Name(name)) as target], value):
            return Line(name, ast.unparse(value), f"{ast.unparse(target)} = ")
        case ast.AugAssign(ast.Subscript(ast.Name(name)) as target, ast.Add(), value):
            return Line(name, ast.unparse(value), f"{ast.unparse(target)} += ")
        case ast.Expr(ast.Call(function, [ast.Name(name), index, value], [])):
            head = f"{ast.unparse(function)}({name}, {ast.unparse(index)}, "
            return Line(name, ast.unparse(value), head, ")")
    raise Unreadable(text)
