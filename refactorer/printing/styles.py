"""The forms in which a function and its gradient are printed, all of them from one adjoint."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

import libcst as cst

from refactorer.printing.functions import BLANK
from refactorer.printing.names.naming import free, of_callback
from refactorer.printing.page import Page
from refactorer.printing.seeds import with_argument, with_ones
from refactorer.syntax.dataflow import reads
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement


def callback(page: Page) -> cst.FunctionDef:
    """Return the function that returns its output and one callback for all gradients."""
    alone = page.gradient_names[0] if len(page.all) == 1 else ""
    name = free(of_callback(alone), page.taken)
    return with_callbacks(page, {name: page.all}, name)


def callbacks(page: Page) -> cst.FunctionDef:
    """Return the function that returns its output and one callback for each gradient."""
    names = [free(of_callback(name), page.taken) for name in page.gradient_names]
    beside = f"({', '.join(names)})" if len(names) > 1 else names[0]
    return with_callbacks(page, {name: [k] for k, name in enumerate(names)}, beside)


def with_callbacks(page: Page, wanted: Mapping[str, Sequence[int]], beside: str) -> cst.FunctionDef:
    """Return the function with callbacks, each for some of the gradients, beside its output."""
    page = page.fitting(beside)
    made = [page.callback(name, gradients) for name, gradients in wanted.items()]
    before, last = page.function.statements[:-1], page.returning(beside)
    if not before:
        made[0] = made[0].with_changes(leading_lines=())
    remarks = [line for line in last.leading_lines if line.comment]
    last = last.with_changes(leading_lines=[BLANK, *remarks])
    return page.function.with_body([*before, *made, last])


def grad(page: Page) -> cst.FunctionDef:
    """Return the function `d_NAME(..., d_out=1.0)` that returns the gradient alone."""
    seed = free(["d_out", page.adjoint.seed], page.taken - {page.adjoint.seed})
    page = with_argument(page, seed)
    lines = page.lines(page.pullback(page.all, indent=4), page.all)
    read = {name for line in lines for name in reads(line)}
    work = page.function.work_for(read)
    made = page.function.with_body([*page.function.docstring, *work, *lines])
    return made.with_changes(
        name=cst.Name(f"d_{made.name.value}"), params=with_seed(made.params, seed, page.result)
    )


def with_seed(parameters: cst.Parameters, seed: str, output: ast.expr) -> cst.Parameters:
    """Return parameters and, behind those that may be given by position, the seed: ones."""
    ones = ast.unparse(in_structure(output, ast.Constant(1.0)))
    argument = cst.Param(cst.Name(seed), default=cst.parse_expression(ones))
    return parameters.with_changes(params=[*parameters.params, argument])


def in_structure(output: ast.expr, part: ast.expr) -> ast.expr:
    """Return a tuple in the structure of an output, or one part."""
    if isinstance(output, ast.Tuple):
        return ast.Tuple([in_structure(value, part) for value in output.elts])
    return part


def value_and_grad(page: Page) -> cst.FunctionDef:
    """Return the function that returns its output and the gradient."""
    page, lines, gradients = valued(page)
    gradient = ", ".join(gradients)
    beside = f"({gradient})" if len(page.all) > 1 else gradient
    page = page.fitting(beside)
    last = page.returning(beside)
    return page.function.with_body([*page.function.statements[:-1], *lines, last])


def valued(page: Page, named: bool = True) -> tuple[Page, list[Statement], list[str]]:
    """Return the page of an output whose cotangent is one, and the lines and texts of gradients.

    A long text gets a line of its own, where it is to be `named`.
    """
    page = with_ones(page)
    found = page.pullback(page.all, indent=4)
    if named and not found.is_short:
        found = page.pullback(page.all, indent=4, named=True).all_named(page.gradient_names)
    *lines, _ = page.lines(found, page.all)
    return page, lines, [code(result) for result in found.results]


STYLES: Mapping[str, Callable[[Page], cst.FunctionDef]] = {
    "callback": callback,
    "callbacks": callbacks,
    "grad": grad,
    "value-and-grad": value_and_grad,
}
