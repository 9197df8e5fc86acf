"""The notation of a row of the tables, and how tangent and the rules use it.

A row gives the cotangent of each argument of a function as a formula. In a formula

    g           is the cotangent of the output, and z the output itself;
    spread(a)   is an array of x's shape, put back along the axes that a reduction took;
    count       is the number of elements that a reduction took together.

A name that is no argument of the function is a local of the row, bound in the order of the row.

Where the text of a formula depends on shapes or on options, the row holds a function that returns
it. Its parameters are what the formula reads. Of those before the star the function may ask only
the shape, unless they are literals in the user's text; those after the star always are.

In place of such a formula, tangent is given a call, `tangent.pull_take(g, x, indices, axis)`, which
computes the formula for the operands at hand. The rule InlineFormulas puts the text in its place.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Row = Callable[..., str]

PREFIX = "pull_"
SPREAD = "tangent.unreduce({}, np.shape(x), axis, keepdims)"
COUNT = "np.size(x) // np.size(z)"


class Unknown(Exception):
    """Raised by a row: the derivative of the function is known, but not for these options."""


@dataclass(frozen=True)
class VJP:
    """The vector-Jacobian product of a function: a formula for the cotangent of each argument.

    `signature` are the parameters, with defaults, that the function may be called with. If it
    `broadcasts`, each cotangent is summed to the shape of its argument.
    """

    signature: str
    formulas: Mapping[str, str | Row]
    broadcasts: bool = False

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters."""
        function = ast.parse(f"lambda {self.signature}: 0", mode="eval").body
        assert isinstance(function, ast.Lambda)
        taken = function.args
        kinds = (*taken.posonlyargs, *taken.args, taken.vararg, *taken.kwonlyargs, taken.kwarg)
        return tuple(kind.arg for kind in kinds if kind)

    @property
    def locals(self) -> tuple[str, ...]:
        """The names that the formulas bind beside the parameters."""
        return tuple(name for name in self.formulas if name not in self.parameters)

    @property
    def source(self) -> str:
        """A function in which `d[x]` is the cotangent of x."""
        lines = (f"    {self.line(name)}\n" for name in self.formulas)
        return f"def vjp(z, {self.signature}):\n{''.join(lines)}"

    def line(self, name: str) -> str:
        """Return the statement that binds a cotangent or a local."""
        text = in_tangents_notation(self.formulas[name])
        if name not in self.parameters:
            return f"{name} = {text}"
        return f"d[{name}] = {f'tangent.unbroadcast({text}, {name})' if self.broadcasts else text}"

    def for_tangent(self) -> Callable[..., Any]:
        """Return a function that nobody calls: tangent reads its parameters and its source."""
        function = defined(self.source)
        function.__dict__["_tangent_source"] = self.source
        return function


def vjp(signature: str, formulas: Mapping[str, str | Row]) -> VJP:
    """Return the VJP of a function with these parameters."""
    return VJP(signature, formulas)


def elementwise(signature: str, formulas: Mapping[str, str | Row]) -> VJP:
    """Return the VJP of a function that broadcasts."""
    return VJP(signature, formulas, broadcasts=True)


def names_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of a function's parameters."""
    return tuple(inspect.signature(function).parameters)


def defined(source: str) -> Callable[..., Any]:
    """Return the function `vjp` that a text defines."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    function: Callable[..., Any] = namespace["vjp"]
    return function


def in_tangents_notation(formula: str | Row) -> str:
    """Return a formula, or the call that stands for it, as tangent takes it."""
    if not isinstance(formula, str):
        formula = f"tangent.{PREFIX}{formula.__name__}({', '.join(names_of(formula))})"
    return unfolded(formula, {"g": "d[z]"})


def text(row: Row, operands: Mapping[str, Any]) -> str:
    """Return what a row says for its operands, which may be stand-ins; raises Unknown."""
    options = options_of(row)
    arrays = [value for name, value in operands.items() if name not in options]
    return unfolded(row(*arrays, **{name: operands[name] for name in options}), {})


def options_of(row: Row) -> frozenset[str]:
    """Return the names of the parameters of a row that must be written out."""
    kinds = inspect.signature(row).parameters.values()
    return frozenset(kind.name for kind in kinds if kind.kind is kind.KEYWORD_ONLY)


def unfolded(formula: str, names: Mapping[str, str]) -> str:
    """Return a formula without abbreviations, with other texts in place of some names."""
    return ast.unparse(Formula({"count": COUNT, **names}).visit(expression(formula)))


class Formula(ast.NodeTransformer):
    """Writes a formula out."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return expression(self.names[node.id]) if node.id in self.names else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="spread"), args=[argument]):
                return expression(SPREAD.format(ast.unparse(argument)))
        return node


def expression(formula: str) -> ast.expr:
    """Return the syntax tree of an expression."""
    return ast.parse(formula, mode="eval").body
