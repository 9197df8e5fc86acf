"""Names in the user's text: read, bound, and read where a derivative flows through."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain

import libcst as cst

from refactorer.printing.names.naming import free
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, lines, otherwise

# What these return does not follow the values of their arguments.
CONSTANT = frozenset(
    [
        *("len", "int", "bool", "range", "isinstance", "print", "round"),
        *("shape", "ndim", "size", "zeros", "ones", "empty", "zeros_like", "ones_like"),
        *("empty_like", "arange", "eye", "argmax", "argmin", "argsort", "sign", "floor", "ceil"),
        *("isnan", "isfinite", "isinf", "any", "all", "allclose", "array_equal"),
    ]
)
FILLED = frozenset({"full", "full_like"})  # these follow what they are filled with alone


@lru_cache(maxsize=4096)
def tree(text: str) -> ast.Module:
    """Return the tree of a text."""
    return ast.parse(text)


def parsed(node: cst.CSTNode | str) -> ast.Module:
    """Return the tree of a piece of code."""
    if isinstance(node, str):
        return tree(node)
    text = code(node).strip()
    return tree(f"({text})" if isinstance(node, cst.BaseExpression) else text)


def expression(node: cst.BaseExpression | str) -> ast.expr:
    """Return the tree, its own each time, of an expression or of the text of one."""
    text = node if isinstance(node, str) else code(node)
    return ast.parse(f"({text})", mode="eval").body


def loads(node: cst.CSTNode | str) -> frozenset[str]:
    """Return the names that a piece of code reads; `x += 1` reads x."""
    return frozenset(loaded(parsed(node)))


def loaded(node: ast.AST) -> Iterator[str]:
    """Yield the names that a tree reads."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Load()):
                yield name
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name


def stores(node: cst.CSTNode | str) -> frozenset[str]:
    """Return the names that a piece of code binds; a bare target counts."""
    found = parsed(node)
    match found.body:
        case [ast.Expr(value=ast.Name() | ast.Tuple() | ast.List() as target)]:
            return frozenset(n.id for n in ast.walk(target) if isinstance(n, ast.Name))
    nodes = ast.walk(found)
    return frozenset(
        n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    )


def bound_by(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that statements set."""
    return frozenset().union(*map(stores, statements))


def read_in(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that statements read, those that they have set themselves included."""
    return frozenset().union(*map(loads, statements))


def unbound(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that statements may read before they bind them."""
    found, bound = frozenset[str](), frozenset[str]()
    for statement in statements:
        match statement:
            case cst.If(test=test, body=body):
                read = outside(test) | unbound([*lines(body)]) | unbound(otherwise(statement))
            case cst.For(target=target, iter=head, body=body):
                read = outside(head) | (unbound([*lines(body)]) - stores(target))
            case _:
                read = outside(statement)
        found |= read - bound
        bound |= stores(statement)
    return found


def outside(node: cst.CSTNode) -> frozenset[str]:
    """Return the names that a piece of code reads, but for those that its comprehensions bind."""
    heads = (n.target for n in ast.walk(parsed(node)) if isinstance(n, ast.comprehension))
    inside = (n.id for head in heads for n in ast.walk(head) if isinstance(n, ast.Name))
    return loads(node) - frozenset(inside)


def reads_first(name: str, statements: Sequence[Statement]) -> bool:
    """Tell whether statements may read what a name held before them."""
    for statement in statements:
        if isinstance(statement, cst.If):
            ways = ([*lines(statement.body)], otherwise(statement))
            if name in loads(statement.test) or any(reads_first(name, way) for way in ways):
                return True
        elif name in loads(statement):
            return True
        elif name in stores(statement) and isinstance(statement, cst.SimpleStatementLine):
            return False
    return False


def followed(node: ast.AST) -> frozenset[str]:
    """Return the names whose values an expression follows, when they change a little."""
    return frozenset(flowing(node))


def flowing(node: ast.AST) -> Iterator[str]:
    """Yield the names that a derivative could flow from."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Compare() | ast.Attribute(attr="shape" | "size" | "ndim" | "dtype"):
            return
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in CONSTANT:
            return
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in FILLED:
            parts = [*node.args[1:], *(given.value for given in node.keywords)]
            yield from chain.from_iterable(map(flowing, parts))
        case ast.Subscript(value=ast.Attribute(attr="c_" | "r_"), slice=joined):
            yield from flowing(joined)
        case ast.Subscript(value=value):
            yield from flowing(value)
        case _:
            yield from chain.from_iterable(map(flowing, ast.iter_child_nodes(node)))


class Names:
    """Gives out names that nothing else has."""

    def __init__(self, taken: Collection[str]) -> None:
        self.taken = set(taken)

    def new(self, *wanted: str) -> str:
        """Return the first of the names that is free, or the first with a number."""
        name = free(wanted, self.taken)
        self.taken.add(name)
        return name
