"""The cotangent that a style starts from where the caller gives none: ones."""

from __future__ import annotations

import ast
from dataclasses import replace

import libcst as cst

from refactorer.printing.ones import at_one
from refactorer.printing.page import Page
from refactorer.printing.probe import Probe, grouped
from refactorer.shapes import Array
from refactorer.syntax.dataflow import bound, leaves, reads, unpacked, value_of, with_value
from refactorer.syntax.expressions import code, parse, substitute
from refactorer.syntax.renaming import Renaming

NUMBER = Array((), "float64")


def with_argument(page: Page, name: str) -> Page:
    """Return the page whose seed is an argument; a number stands for an array of it."""
    page = with_seed(page, name)
    if takes_numbers(page):
        return page
    return starting_with_ones(page if page.is_tuple else page.with_output, name)


def with_ones(page: Page) -> Page:
    """Return the page whose seed is 1, or an array of ones where that is needed."""
    if takes_numbers(page):
        return at_ones(page)
    return starting_with_ones(page if page.is_tuple else page.with_output)


def starting_with_ones(page: Page, given: str = "") -> Page:
    """Return the page whose backward part begins with ones, times what is given, as its seed."""
    names, body = parts(page), page.adjoint.backward.body
    if names:
        output = dict(leaves(page.result))
        values = [
            ones_like(page, output[path], given and f"{given}{path}") for path in names.values()
        ]
        first = f"{', '.join(names)} = {', '.join(values)}"
    else:
        first = f"{page.adjoint.seed} = {ones_like(page, page.result, given)}"
    rest = body[1:] if names else body
    backward = cst.Module([cst.parse_statement(first), *rest])
    return replace(page, adjoint=replace(page.adjoint, backward=backward))


def ones_like(page: Page, value: ast.expr, given: str) -> str:
    """Return the text that makes ones in the structure of a value, times what is given."""
    if isinstance(value, ast.Tuple):
        inner = (ones_like(page, v, given and f"{given}[{i}]") for i, v in enumerate(value.elts))
        return f"({', '.join(inner)},)"
    ones = f"{page.probe.numpy.module}.ones_like({ast.unparse(value)})"
    return f"{given} * {ones}" if given else ones


def parts(page: Page) -> dict[str, str]:
    """Return the parts of the seed that are read, each with its subscript, if it is taken apart."""
    seed, body = page.adjoint.seed, page.adjoint.backward.body
    whole, names = unpacked(body[0]) if body else ("", {})
    everything = [*body, *map(cst.parse_expression, page.adjoint.gradients)]
    read = {name for node in everything for name in reads(node)}
    return {n: p.removeprefix(seed) for n, p in names.items() if whole == seed and n in read}


def with_seed(page: Page, seed: str) -> Page:
    """Return the page with another name for its seed."""
    old, renaming = page.adjoint, Renaming({page.adjoint.seed: seed})
    gradients = (cst.parse_expression(gradient).visit(renaming) for gradient in old.gradients)
    new = replace(
        old,
        backward=old.backward.visit(renaming),
        gradients=tuple(code(g) for g in gradients if isinstance(g, cst.CSTNode)),
        seed=seed,
        shapes={**old.shapes, seed: old.shapes[old.seed]},
    )
    return replace(page, adjoint=new)


def at_ones(page: Page) -> Page:
    """Return the page with 1 in the place of the seed or of its parts."""
    names, old = parts(page), page.adjoint
    body = old.backward.body[1:] if names else old.backward.body
    ones = frozenset(names or [old.seed])
    lines = [with_value(s, simplest(value_of(s), ones, page.probe)) for s in body]
    gradients = [simplest(cst.parse_expression(g), ones, page.probe) for g in old.gradients]
    new = replace(old, backward=cst.Module(lines), gradients=tuple(map(code, gradients)))
    return replace(page, adjoint=new)


def simplest(value: cst.BaseExpression, ones: frozenset[str], probe: Probe) -> cst.BaseExpression:
    """Return an expression where names are 1, of floats as the expression itself."""
    found = at_one(ast.parse(code(value), mode="eval").body, ones)
    if isinstance(found, ast.Constant):
        return cst.parse_expression(repr(float(ast.unparse(found))))
    text = ast.unparse(found)
    if probe.is_float(code(value)) and not probe.is_float(text):
        return substitute(value, dict.fromkeys(ones, cst.Float("1.0")))
    return grouped(parse(text), probe)


def takes_numbers(page: Page) -> bool:
    """Tell whether the gradients keep their shapes where the seed is a number, or numbers."""
    adjoint, full = page.adjoint, page.probe
    names = parts(page)
    body = adjoint.backward.body[1:] if names else adjoint.backward.body
    if (adjoint.shapes[adjoint.seed].dtype == "object" and not names) or not all(map(bound, body)):
        return False
    if all(not adjoint.shapes[name].shape for name in names or [adjoint.seed]):
        return True
    now = replace(full, shapes={**adjoint.shapes, **dict.fromkeys(names or [adjoint.seed], NUMBER)})
    for statement in body:
        if not reads_alike(value_of(statement), full, now):
            return False
        array = now.array(code(value_of(statement)))
        now = replace(now, shapes={**now.shapes, bound(statement) or "": array or NUMBER})
    values = [cst.parse_expression(gradient) for gradient in adjoint.gradients]
    return all(reads_alike(v, full, now) and alike(code(v), full, now) for v in values)


def reads_alike(value: cst.BaseExpression, full: Probe, now: Probe) -> bool:
    """Tell whether all that is no elementwise operation gets the same shapes from two probes."""
    operands: list[ast.expr] = []
    for node in ast.walk(ast.parse(code(value), mode="eval")):
        match node:
            case ast.Call(args=args):
                operands += args
            case ast.BinOp(left, ast.MatMult(), right):
                operands += (left, right)
            case ast.Subscript(value=whole) | ast.Attribute(value=whole):
                operands.append(whole)
    return all(alike(ast.unparse(operand), full, now) for operand in operands)


def alike(text: str, full: Probe, now: Probe) -> bool:
    """Tell whether an expression has one shape at two probes."""
    one, other = full.array(text), now.array(text)
    return one is not None and other is not None and one.shape == other.shape
