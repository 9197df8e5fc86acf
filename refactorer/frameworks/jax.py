"""A jax.custom_vjp: the function, its residuals, and its pullback."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from refactorer.frameworks.parts import (
    FormText,
    importing,
    outside,
    parameters,
    rehomed,
    returning,
    setting,
    signature,
    suite,
    unpacking,
    value_or_tuple,
)
from refactorer.printing.names.naming import free
from refactorer.printing.page import Page
from refactorer.syntax.dataflow import assignment, bound_in
from refactorer.syntax.expressions import code, dotted
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement

HOMES = {"np": "jnp", "scipy": "jax.scipy"}
# The methods of `array.at[index]` that stand for what NumPy does in place.
AT = {"AddAssign": "add", "SubtractAssign": "subtract", "MultiplyAssign": "multiply"}
AT |= {"DivideAssign": "divide", "Assign": "set"}


def form(page: Page) -> FormText:
    """Return the function, its forward pass with residuals, and its backward pass."""
    name = page.adjoint.primal.target.name
    fixed = static(page)
    numbers = [k for k, p in enumerate(parameters(page)) if p.name in fixed]
    comma = "," if len(numbers) == 1 else ""
    places = f"({', '.join(map(str, numbers))}{comma})"
    vjp = f"partial(jax.custom_vjp, nondiff_argnums={places})" if fixed else "jax.custom_vjp"
    passed = ", ".join(p.name for p in parameters(page))
    text = (
        f"@{vjp}\n"
        f"def {name}({signature(parameters(page))}):\n{suite(page.function.docstring)}"
        f"    return {name}_fwd({passed})[0]\n\n\n"
        f"{passes(page, fixed)}\n\n{name}.defvjp({name}_fwd, {name}_bwd)\n"
    )
    lines = ["from functools import partial", "import jax", "import jax.numpy as jnp"]
    return FormText(text, importing(*lines, *["import jax.scipy.special"] * ("jax.scipy." in text)))


def static(page: Page) -> list[str]:
    """Return the arguments that are no arrays and no floats, such as a switch or an axis."""
    inputs, wrt = setting(page).inputs, page.adjoint.primal.wrt
    return [
        p.name
        for p in parameters(page)
        if inputs[p.name].kind == "default" and p.default != "None" and p.name not in wrt
    ]


def passes(page: Page, fixed: Sequence[str]) -> str:
    """Return the text of the forward pass, which returns residuals too, and of the backward one."""
    name, wrt = page.adjoint.primal.target.name, page.adjoint.primal.wrt
    given = [p.name for p in parameters(page)]
    *lines, _ = page.lines(page.pullback(page.all, indent=4), page.all)
    gradients = [code(result) for result in page.pullback(page.all, indent=4).results]
    last = returning(value_or_tuple(gradients))
    kept = [n for n in outside(page, [*lines, last]) if n not in fixed]
    page = page.fitting(value_or_tuple(kept))
    forward = [*missing(page, kept), *page.function.work, page.returning(value_or_tuple(kept))]
    texts = dict(zip(wrt, gradients, strict=True))
    back = [texts.get(n, "None") for n in given if n not in fixed]
    residuals = kept[0] if len(kept) == 1 else free(["residuals", "kept"], page.taken)
    first = unpacking(kept, residuals) if len(kept) > 1 else ""
    comma = "," if len(back) == 1 else ""
    arguments = ", ".join([*fixed, residuals, page.adjoint.seed])
    text = (
        f"def {name}_fwd({', '.join(given)}):\n{suite(forward)}\n\n"
        f"def {name}_bwd({arguments}):\n{first}{suite(lines)}    return {', '.join(back)}{comma}\n"
    )
    return cst.parse_module(rehomed(text, page, HOMES)).visit(Functional()).code


def missing(page: Page, kept: Sequence[str]) -> list[Statement]:
    """Return the lines that give None to what is kept and only a branch computes."""
    branches = [s for s in page.function.work if isinstance(s, cst.If)]
    others = [s for s in page.function.work if not isinstance(s, cst.If)]
    known = {p.name for p in parameters(page)}.union(*map(bound_in, others))
    inside = dict.fromkeys(name for s in branches for name in bound_in(s))
    none = cst.Name("None")
    return [assignment(name, none) for name in inside if name in kept and name not in known]


class Functional(Transformer):
    """Writes what changes an array in place as an assignment of the array that it becomes."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        found = functional(updated_node.body[0]) if len(updated_node.body) == 1 else ""
        if not found:
            return updated_node
        line = cst.ensure_type(cst.parse_statement(found), cst.SimpleStatementLine)
        return line.with_changes(leading_lines=updated_node.leading_lines)


def functional(statement: cst.BaseSmallStatement) -> str:
    """Return the text of an assignment for one in place, "" for what is none."""
    match statement:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript() as place)], value=value):
            return at_update(place, "set", value)
        case cst.AugAssign(target=cst.Subscript() as place, operator=operator, value=value):
            return at_update(place, AT.get(type(operator).__name__, ""), value)
        case cst.Expr(value=cst.Call(func=function, args=[array, index, value])) if dotted(
            function
        ).endswith(".add.at"):
            name, where, added = (code(arg.value) for arg in (array, index, value))
            return f"{name} = {name}.at[{where}].add({added})"
    return ""


def at_update(place: cst.Subscript, method: str, value: cst.BaseExpression) -> str:
    """Return the text that sets a part of an array to what a method of it makes of a value."""
    array = code(place.value)
    index = ast.unparse(ast.parse(code(place), mode="eval").body)[len(array) :]
    return f"{array} = {array}.at{index}.{method}({code(value)})" if method else ""
