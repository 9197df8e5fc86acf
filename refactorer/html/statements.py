"""The statements of a text, by the lines that they stand on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Statement:
    """A statement, by what it says: the head alone of a loop or a branch."""

    node: ast.stmt

    @property
    def lines(self) -> frozenset[int]:
        """The numbers of all its lines."""
        return frozenset(range(self.node.lineno, (self.node.end_lineno or self.node.lineno) + 1))

    @property
    def own_lines(self) -> frozenset[int]:
        """The numbers of its lines without those of what stands inside."""
        inside = [child.lineno for child in getattr(self.node, "body", ())]
        return frozenset(n for n in self.lines if n < min(inside, default=n + 1))

    @property
    def says(self) -> frozenset[str]:
        """The texts by which it is quoted: a `return` also without the callback beside its value.

        They are laid out in one way, whatever the text is laid out like.
        """
        found = {head(self.node)}
        if isinstance(self.node, ast.Return) and isinstance(self.node.value, ast.Tuple):
            found.add(head(ast.Return(self.node.value.elts[0])))
        return frozenset(found)

    @property
    def values(self) -> frozenset[str]:
        """The texts of what it returns or gives a name to; of a tuple, of its first part too."""
        value = getattr(self.node, "value", None)
        if not isinstance(self.node, ast.Assign | ast.Return) or value is None:
            return frozenset()
        first = value.elts[:1] if isinstance(value, ast.Tuple) else []
        return frozenset(map(ast.unparse, [value, *first]))

    @property
    def kind(self) -> str:
        """What the statement still has in common with what becomes of it: the first name it binds.

        What binds none has its kind, and the head of a branch.
        """
        first = next(iter(sorted(names(self.node, ast.Store), key=self.place)), None)
        if not isinstance(self.node, ast.If) and first:
            return f"{type(self.node).__name__} {first.id}"
        return "return" if isinstance(self.node, ast.Return) else head(self.node)

    @staticmethod
    def place(name: ast.Name) -> tuple[int, int]:
        """Return where a name stands."""
        return name.lineno, name.col_offset

    def binds(self) -> frozenset[str]:
        """Return the names that it sets, or changes an item of."""
        items = (n.value for n in ast.walk(self.node) if isinstance(n, ast.Subscript | ast.Starred))
        changed = {n.id for n in items if isinstance(n, ast.Name)} if self.sets_items else set()
        return frozenset(changed.union(name.id for name in names(self.node, ast.Store)))

    @property
    def sets_items(self) -> bool:
        """Tell whether it sets items of an array."""
        found = (n for n in ast.walk(self.node) if isinstance(n, ast.Subscript))
        return any(isinstance(n.ctx, ast.Store) for n in found)

    def calls(self) -> frozenset[str]:
        """Return the names of the functions that it calls."""
        found = (n.func for n in ast.walk(self.node) if isinstance(n, ast.Call))
        return frozenset(function.id for function in found if isinstance(function, ast.Name))

    def reads(self) -> frozenset[str]:
        """Return the names that it reads."""
        return frozenset(name.id for name in names(self.node, ast.Load))


def names(node: ast.AST, context: type[ast.expr_context]) -> Iterator[ast.Name]:
    """Yield the names in a tree that are read, or that are set."""
    for child in ast.walk(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, context):
            yield child


def head(node: ast.stmt) -> str:
    """Return a statement on one line, without what stands below its head."""
    return ast.unparse(node).partition("\n")[0]


def quoted(text: str) -> str:
    """Return a quoted statement as `Statement.says` has it; nothing where it is none."""
    try:
        body = ast.parse(f"{text} pass" if text.endswith(":") else text).body
    except SyntaxError:
        return ""
    return head(body[0]) if body else ""


def own_statements(body: list[ast.stmt]) -> Iterator[Statement]:
    """Yield the statements of a body in their order, those in other functions left out."""
    for node in body:
        if isinstance(node, Definition):
            continue
        yield Statement(node)
        for part in ("body", "orelse", "handlers", "finalbody"):
            yield from own_statements(getattr(node, part, []))


def is_block(statement: Statement) -> bool:
    """Tell whether a statement has others inside."""
    return hasattr(statement.node, "body")


def callbacks(definition: Definition) -> list[ast.FunctionDef]:
    """Return the functions inside a definition."""
    inside = (node for child in definition.body for node in ast.walk(child))
    return [node for node in inside if isinstance(node, ast.FunctionDef)]


def definitions(text: str) -> dict[str, Definition]:
    """Return the functions and classes at the top level of a text, by name."""
    return {node.name: node for node in ast.parse(text).body if isinstance(node, Definition)}
