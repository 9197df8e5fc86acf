"""Expressions: questions that the rules ask about them, and ways to build them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeGuard

import libcst as cst
import numpy as np

if TYPE_CHECKING:
    from refactorer.shapes import Array

EMPTY = cst.Module([])
REMEMBERED = 1 << 14  # texts of nodes, which never change, and what was asked of texts


class UnknownShape(Exception):
    """The shape of an expression cannot be told from the shapes of the names that it reads."""


@lru_cache(REMEMBERED)
def code(node: cst.CSTNode) -> str:
    """Return the source text of a node."""
    return EMPTY.code_for_node(node)


@lru_cache(REMEMBERED)
def bare(node: cst.CSTNode) -> str:
    """Return the source text of a node without the comments above it."""
    text = code(node).strip()
    while text.startswith("#"):
        text = text.partition("\n")[2].lstrip()
    return text


def parse(text: str) -> cst.BaseExpression:
    """Return the expression that a text says, with no more parentheses than it needs."""
    return cst.parse_expression(tidy(text))


@lru_cache(REMEMBERED)
def tidy(text: str) -> str:
    """Return an expression's text on one line, with no more parentheses than it needs."""
    return ast.unparse(ast.parse(text.strip(), mode="eval"))


def quote(template: str, **parts: cst.BaseExpression | str) -> cst.BaseExpression:
    """Return the template, as one operand, with each `{name}` replaced by that part as one."""
    texts = {k: part if isinstance(part, str) else code(part) for k, part in parts.items()}
    return parenthesized(parse(template.format(**{k: f"({text})" for k, text in texts.items()})))


def unparsed(statement: ast.AST) -> str:
    """Return the text of one statement: Python 3.10 would put several targets in parentheses."""
    text = ast.unparse(statement)
    match statement:
        case ast.Module(body=[inner]):
            return unparsed(inner)
        case ast.Assign(targets=[ast.Tuple() as targets]) if text.startswith("("):
            bracketed = ast.unparse(targets)
            return bracketed[1:-1] + text[len(bracketed) :]
    return text


def dotted(node: cst.CSTNode) -> str:
    """Return `a.b.c` for a name or a chain of attributes, and "" for everything else."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            return f"{root}.{name}" if (root := dotted(value)) else ""
    return ""


def is_call_of(node: cst.CSTNode, *functions: str) -> TypeGuard[cst.Call]:
    """Tell whether a node calls one of the functions, each named in full as the text spells it."""
    return isinstance(node, cst.Call) and dotted(node.func) in functions


def operands(call: cst.Call) -> tuple[cst.BaseExpression, ...]:
    """Return the positional arguments of a call."""
    return tuple(arg.value for arg in call.args if arg.keyword is None)


def keyword(call: cst.Call, name: str) -> cst.BaseExpression | None:
    """Return the argument that a call passes by this keyword, if it does."""
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg.value
    return None


def literal(node: cst.CSTNode) -> Any:
    """Return the value of a literal, or of a display of literals.

    Raises ValueError for everything else.
    """
    try:
        return ast.literal_eval(code(node))
    except (SyntaxError, TypeError) as error:
        raise ValueError(code(node)) from error


def is_literal(node: cst.CSTNode) -> bool:
    """Tell whether `literal` has an answer."""
    try:
        literal(node)
    except ValueError:
        return False
    return True


def is_atom(node: cst.BaseExpression) -> bool:
    """Tell whether an expression can be an operand of anything without parentheses."""
    return bool(node.lpar) or isinstance(
        node, (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.Integer, cst.Float)
    )


def parenthesized(node: cst.BaseExpression) -> cst.BaseExpression:
    """Return the expression as an operand: in parentheses unless it is an atom."""
    if is_atom(node):
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def without_sign(value: str) -> str:
    """Return what a product or a number is the negative of, "" if it is none."""
    tree = ast.parse(value, mode="eval").body
    place = tree
    while isinstance(place, ast.BinOp) and isinstance(place.op, ast.Mult | ast.Div | ast.MatMult):
        last, place = place, place.left
    if not isinstance(place, ast.UnaryOp) or not isinstance(place.op, ast.USub):
        return ""
    if place is tree:
        return ast.unparse(place.operand)
    last.left = place.operand
    return ast.unparse(tree)


def names_read(node: cst.CSTNode | str) -> frozenset[str]:
    """Return the names that a node or a text reads; modules such as `np` are among them."""
    return frozenset(names_in((node if isinstance(node, str) else code(node)).strip())[0])


@lru_cache(REMEMBERED)
def names_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that a text reads, as often as it does, and those that it binds."""
    found = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)]
    read = tuple(n.id for n in found if isinstance(n.ctx, ast.Load))
    return read, tuple(n.id for n in found if isinstance(n.ctx, ast.Store))


def substitute(
    node: cst.BaseExpression, values: Mapping[str, cst.BaseExpression]
) -> cst.BaseExpression:
    """Return the expression with names replaced by expressions, each as one operand."""
    if names_read(node).isdisjoint(values):
        return node
    tree = ast.parse(code(node).strip(), mode="eval")
    return parse(ast.unparse(Substitution({n: code(v) for n, v in values.items()}).visit(tree)))


class Substitution(ast.NodeTransformer):
    """Replaces names by the expressions that texts say."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.texts and isinstance(node.ctx, ast.Load):
            return ast.parse(self.texts[node.id].strip(), mode="eval").body
        return node


def shape_of(node: cst.CSTNode | str, shapes: Mapping[str, Array]) -> tuple[int, ...]:
    """Return the shape of an expression's value, given what its names hold.

    Raises UnknownShape where it cannot be told.
    """
    try:
        return np.shape(on_ones(node, shapes))
    except ValueError as error:  # a tuple of arrays has none
        raise UnknownShape(node) from error


def on_ones(node: cst.CSTNode | str, shapes: Mapping[str, Array]) -> Any:
    """Return the value of an expression whose names hold ones.

    Only its shape and its dtype mean anything; indices are one, so they must be valid at one.
    Raises UnknownShape if the expression cannot be evaluated.
    """
    text = node if isinstance(node, str) else code(node)
    try:
        names = {name: stand_in(shapes[name]) for name in names_read(text) if name in shapes}
        with np.errstate(all="ignore"):
            return eval(text, {**MODULES, "scipy": sys.modules.get("scipy"), **names})
    except Exception as error:
        raise UnknownShape(text) from error


def stand_in(array: Array) -> object:
    """Return a value of the shape and kind that a name holds: ones; a square matrix is regular."""
    if array.value is not None:
        return array.value
    if array.dtype == "object":
        raise UnknownShape(array)
    plain = {"float": 1.0, "int": 1, "bool": True}
    number = not array.shape and array.dtype in plain
    if number:
        return plain[array.dtype]
    ones = np.ones(array.shape, array.dtype)
    square = len(array.shape) > 1 and array.shape[-1] == array.shape[-2]
    return ones + np.eye(array.shape[-1]) if square and ones.dtype.kind == "f" else ones


# As far as shapes go: what tangent's helpers return.
TANGENT = SimpleNamespace(
    add_grad=np.add,
    add_grad_at_index=lambda total, index, g: total,
    array_size=lambda x, axis: 1,
    astype=lambda g, x: g,
    balanced_eq=lambda x, z, y: np.equal(x, y) * z,
    copy=lambda g: g,
    init_grad=lambda x, allow_lazy_initializer=False: np.zeros(np.shape(x)),
    match_seed=lambda z, g: np.ones(np.shape(z)),
    matmul_grad_x=lambda g, x, y: np.ones(np.shape(x)),
    matmul_grad_y=lambda g, x, y: np.ones(np.shape(y)),
    unbroadcast=lambda g, x: np.ones(np.shape(x)),
    unreduce=lambda g, shape, axis, keepdims: np.ones(shape),
)

MODULES = {"np": np, "numpy": np, "tangent": TANGENT}
