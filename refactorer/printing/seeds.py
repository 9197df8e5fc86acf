"""The cotangent that a style starts from where the caller gives none: ones."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from refactorer.dataflow import Renaming, bound, value_of, with_value
from refactorer.expressions import code, parse, substitute
from refactorer.printing.ones import at_one
from refactorer.printing.page import Page
from refactorer.printing.probe import Probe, grouped
from refactorer.shapes import Array

NUMBER = Array((), "float64")


def with_argument(page: Page, name: str) -> Page:
    """Return the page whose seed is an argument; a number stands for an array of it."""
    page = renamed(page, name)
    if takes_numbers(page):
        return page
    if not page.parts:
        page = page.with_output
        return started(page, [f"{name} * {ones_like(page, page.output)}"])
    ones = [ones_like(page, part) for part in page.parts]
    return started(page, [f"{name}[{k}] * {one}" for k, one in enumerate(ones)])


def with_ones(page: Page) -> Page:
    """Return the page whose seed is 1, or an array of ones where that is needed."""
    if takes_numbers(page):
        return at_ones(page)
    page = page if page.parts else page.with_output
    return started(page, [ones_like(page, part) for part in page.parts or [page.output]])


def ones_like(page: Page, value: str) -> str:
    """Return the text that makes ones in the shape of a value."""
    return f"{page.probe.numpy.module}.ones_like({value})"


def started(page: Page, values: Sequence[str]) -> Page:
    """Return the page whose backward part begins with these values of the seed or of its parts."""
    names, body = unpacked(page), page.adjoint.backward.body
    target = ", ".join(names) or page.adjoint.seed
    value = ", ".join(values)
    first = cst.parse_statement(f"{target} = {value}")
    rest = body[1:] if names else body
    return replace(page, adjoint=replace(page.adjoint, backward=cst.Module([first, *rest])))


def unpacked(page: Page) -> tuple[str, ...]:
    """Return the names that the first line of the backward part unpacks the seed to, if it does."""
    for statement in page.adjoint.backward.body[:1]:
        match ast.parse(code(statement)).body[0]:
            case ast.Assign([ast.Tuple(names)], ast.Name(page.adjoint.seed)):
                return tuple(map(ast.unparse, names))
    return ()


def renamed(page: Page, seed: str) -> Page:
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
    names, old = unpacked(page), page.adjoint
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
    names = unpacked(page)
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
