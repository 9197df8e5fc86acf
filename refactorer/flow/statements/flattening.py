"""An expression without calls, choices and lists in it: each of them on a line before it."""

from __future__ import annotations

import ast

import libcst as cst

from refactorer.flow.names import expression
from refactorer.flow.statements.lists import gathered, singular
from refactorer.flow.statements.splitting import Splitter
from refactorer.printing.names.phrases import of_value
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement


class Flattening(Transformer):
    """Takes calls of the user's functions and choices out of an expression."""

    def __init__(self, splitter: Splitter, whole: cst.BaseExpression) -> None:
        super().__init__()
        self.splitter = splitter
        self.whole = whole
        self.sliced = several_slices(whole)
        self.parts: dict[str, str] = {}
        self.before: list[Statement] = []

    def new(self, *wanted: str) -> str:
        return self.splitter.names.new(*wanted)

    def following(self, *wanted: str) -> str:
        """Return a name for what a derivative flows through."""
        name = self.new(*wanted)
        self.splitter.made.add(name)
        return name

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        match updated_node:
            case cst.Call(cst.Name("sum"), [cst.Arg(cst.GeneratorExp() as items)]) if (
                self.splitter.follows(items)
            ):
                name = self.following("total")
                self.before += self.splitter.summed(items, name)
                return cst.Name(name)
        sequences = self.splitter.sequences
        if code(updated_node.func) == "len" and code(updated_node.args[0].value) in sequences:
            return self.aside(updated_node)
        if found := gathered(updated_node, sequences):
            return updated_node if original_node is self.whole else self.made(updated_node, *found)
        return self.result(self.on_array(updated_node))

    def made(self, call: cst.Call, sequence: str, how: str, _: int) -> cst.Name:
        """Return the name of a line that makes an array or a sum of a list."""
        name = self.following(f"{sequence}_{'sum' if how == 'sum' else 'array'}")
        self.before.append(assignment(name, call))
        return cst.Name(name)

    def on_array(self, call: cst.Call) -> cst.Call:
        """Return a call of a module's function with an array in place of a list, if it has one."""
        match call:
            case cst.Call(
                func=cst.Attribute(value=cst.Name(module)),
                args=[cst.Arg(value=cst.Name(name)) as first, *rest],
            ) if name in self.splitter.sequences:
                array = cst.Name(self.following(f"{name}_array"))
                made = cst.parse_expression(f"{module}.array({name})")
                self.before.append(assignment(array.value, made))
                return call.with_changes(args=[first.with_changes(value=array), *rest])
        return call

    def result(self, call: cst.Call) -> cst.BaseExpression:
        """Return the name of what a function of the user's returns; another call as it is."""
        if not self.splitter.is_call(call):
            return call
        wanted = of_value(expression(call))
        follows = self.splitter.follows(call)
        name = self.following(*wanted) if follows else self.new(*wanted)
        self.before += self.splitter.one(assignment(name, call))
        return cst.Name(name)

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        """Take a part of an array that changes, or is sliced again, on a line of its own."""
        array, text = code(original_node.value), code(updated_node)
        if gathered(updated_node, self.splitter.sequences) and original_node is not self.whole:
            first = self.following(f"first_{singular(array)}")
            self.before.append(assignment(first, updated_node))
            return cst.Name(first)
        apart = array in self.splitter.arrays or (array in self.sliced and ":" in text)
        if original_node is self.whole or not apart or not self.splitter.follows(original_node):
            return updated_node
        if text not in self.parts:
            self.parts[text] = self.following(put_name(updated_node))
            self.before.append(assignment(self.parts[text], updated_node))
        return cst.Name(self.parts[text])

    def visit_IfExp(self, node: cst.IfExp) -> bool:
        return False

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.BaseExpression:
        if not self.splitter.follows(original_node):
            return self.aside(original_node)
        name = self.following("choice", "case")
        self.before.append(self.splitter.choice(original_node, lambda part: assignment(name, part)))
        return cst.Name(name)

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return False

    def leave_ListComp(
        self, original_node: cst.ListComp, updated_node: cst.ListComp
    ) -> cst.BaseExpression:
        if not self.splitter.follows(original_node):
            return self.aside(original_node)
        name = self.following("items", "parts")
        self.before += self.splitter.comprehension(original_node, name)
        return cst.Name(name)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return False

    def leave_BooleanOperation(
        self, original_node: cst.BooleanOperation, updated_node: cst.BooleanOperation
    ) -> cst.BaseExpression:
        return self.aside(updated_node)

    def aside(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """Return the name of a line that computes what no derivative flows through."""
        name = self.new(*of_value(expression(node)))
        self.before.append(assignment(name, node.with_changes(lpar=(), rpar=())))
        return cst.Name(name)

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False


def several_slices(value: cst.BaseExpression) -> frozenset[str]:
    """Return the arrays of which an expression takes several slices, or one between variables."""
    found: dict[str, set[str]] = {}
    moving: set[str] = set()
    for node in ast.walk(expression(value)):
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                nodes = [*ast.walk(index)]
                if any(isinstance(n, ast.Slice) for n in nodes) and not any(map(new_axis, nodes)):
                    found.setdefault(name, set()).add(ast.unparse(index))
                    moving |= {name} if any(isinstance(n, ast.Name) for n in nodes) else set()
    return frozenset(name for name, texts in found.items() if len(texts) > 1) | moving


def new_axis(node: ast.AST) -> bool:
    """Tell whether a part of an index is a new axis."""
    match node:
        case ast.Constant(None) | ast.Attribute(attr="newaxis"):
            return True
    return False


def put_name(target: cst.Subscript) -> str:
    """Return what to call the value that is put at an index: Y_i for Y[i]."""
    text = code(target).replace("[", "_").replace("]", "").replace(", ", "_")
    return text if text.isidentifier() else f"{code(target.value)}_part"
