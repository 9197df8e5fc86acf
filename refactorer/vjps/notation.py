"""How a row of the tables reads, and what becomes of it.

A row gives the cotangent of each argument of a function as a formula. In a formula

    g           is the cotangent of the output, and z the output itself;
    spread(a)   is an array of the output's shape, put back along the axes that a reduction took;
    count       is the number of elements that a reduction took together.

A name that is no argument of the function is a local of the row, bound in the order of the row.
tangent takes such a rule as the source of a function in which `d[x]` is the cotangent of x.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

SPREAD = "tangent.unreduce({}, np.shape(x), axis, keepdims)"
COUNT = "np.size(x) // np.size(z)"


class Formula(ast.NodeTransformer):
    """Writes a formula in tangent's notation."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        texts = {"g": "d[z]", "count": COUNT}
        return expression(texts[node.id]) if node.id in texts else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="spread"), args=[argument]):
                return expression(SPREAD.format(ast.unparse(argument)))
        return node


def expression(text: str) -> ast.expr:
    """Return the syntax tree of an expression."""
    return ast.parse(text, mode="eval").body


def unfolded(formula: str) -> str:
    """Return a formula in tangent's notation."""
    return ast.unparse(Formula().visit(expression(formula)))


def rule(signature: str, formulas: Mapping[str, str]) -> Callable[..., Any]:
    """Return the rule for a function with these parameters, as tangent takes it."""
    return function_of(signature, {k: unfolded(formula) for k, formula in formulas.items()})


def elementwise(signature: str, formulas: Mapping[str, str]) -> Callable[..., Any]:
    """Return the rule for a function that broadcasts: cotangents are summed to their shapes."""
    texts = {k: f"tangent.unbroadcast({unfolded(text)}, {k})" for k, text in formulas.items()}
    return function_of(signature, texts)


def function_of(signature: str, values: Mapping[str, str]) -> Callable[..., Any]:
    """Return a function that nobody calls: tangent reads its parameters and its source."""
    arguments = {part.split("=")[0].strip() for part in signature.split(",")}
    bound = {f"d[{k}]" if k in arguments else k: text for k, text in values.items()}
    lines = [f"def vjp(z, {signature}):", *(f"    {k} = {text}" for k, text in bound.items())]
    source = "\n".join(lines) + "\n"
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    function: Callable[..., Any] = namespace["vjp"]
    function.__dict__["_tangent_source"] = source
    return function
