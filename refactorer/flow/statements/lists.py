"""Lists that are appended to: what is made of them, and what is read back from their end."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from refactorer.flow.names import Names, expression, loads, parsed
from refactorer.syntax.dataflow import assignment, bound, value_of
from refactorer.syntax.expressions import code, dotted, operands
from refactorer.syntax.renaming import renamed
from refactorer.syntax.rewriting import Transformer
from refactorer.syntax.suites import Statement

GATHERS = frozenset({"stack", "array", "asarray", "concatenate", "vstack", "hstack"})


def appended_to(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the lists that statements append to."""
    nodes = [n for s in statements for n in ast.walk(parsed(s))]
    return frozenset(filter(None, map(list_appended_to, nodes)))


def list_appended_to(node: ast.AST) -> str:
    """Return the list that a node of the syntax tree appends to, "" for others.

    That is a statement: `np.append` returns an array.
    """
    match node:
        case ast.Expr(ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"))):
            return name
    return ""


def lists_in(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that hold lists: of a comprehension, or ones that are appended to."""
    made = {bound(s) for s in statements if bound(s) and isinstance(value_of(s), cst.ListComp)}
    return appended_to(statements).union(filter(None, made))


def gathered(value: cst.BaseExpression, sequences: Collection[str]) -> tuple[str, str, int] | None:
    """Return the list that an expression makes an array or a sum of, how, and along which axis.

    Its first value is one more way to make something of it.
    """
    match value:
        case cst.Subscript(value=cst.Name(name)) if (
            name in sequences and code(value) == f"{name}[0]"
        ):
            return name, "first", 0
        case cst.Call(func=func, args=[cst.Arg(value=cst.Name(name), keyword=None), *rest]):
            axis = {code(a.keyword) if a.keyword else "axis": code(a.value) for a in rest}
            how = dotted(func).rpartition(".")[2]
            taken = how in GATHERS or (how == "sum" and isinstance(func, cst.Name))
            if name in sequences and taken and axis.keys() <= {"axis"}:
                along = axis.get("axis", "0")
                return (name, how, int(along)) if along.removeprefix("-").isdecimal() else None
    return None


def singular(name: str) -> str:
    """Return what to call one of several."""
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and len(name) > 1 else f"{name}_item"


def apart_from_arrays(statements: Sequence[Statement], names: Names) -> list[Statement]:
    """Return statements in which what is made of a list has a name of its own: no `e = f(e)`."""
    found = [*statements]
    for place, statement in enumerate(found):
        name, rest = bound(statement), found[place + 1 :]
        is_list = name in lists_in(found[:place]) - appended_to(rest)
        if name and is_list and name in loads(value_of(statement)):
            own = names.new(f"{name}_array")
            found[place:] = [
                assignment(own, value_of(statement), statement),
                *(renamed(s, {name: own}) for s in rest),
            ]
    return found


def read_back(statements: Sequence[Statement], names: Names) -> list[Statement]:
    """Return statements in which the last value of a list has a name, where it is read back.

    What an array is made of a part of a list is the same part of the array of the whole list.
    """
    sequences = appended_to(statements)
    nodes = [n for s in statements for n in ast.walk(parsed(s))]
    wanted = {ast.unparse(n.value) for n in nodes if isinstance(n, ast.Subscript) and is_last(n)}
    last = {name: names.new(f"last_{singular(name)}") for name in sorted(wanted & sequences)}
    reading = ReadingLastValues(sequences, last)
    found: list[Statement] = []
    for statement in statements:
        found += reading.put(statement)
    return found


def is_last(node: ast.Subscript) -> bool:
    """Tell whether a subscript takes the last value."""
    return ast.unparse(node.slice) == "-1"


@dataclass
class ReadingLastValues(Transformer):
    """Replaces reads of the last value of a list by the name of that value."""

    sequences: Collection[str]
    last: dict[str, str]

    def __post_init__(self) -> None:
        super().__init__()

    def put(self, statement: Statement) -> list[Statement]:
        """Return the statements that stand for one."""
        found = statement.visit(self)
        if isinstance(found, cst.FlattenSentinel):
            return [*found]
        assert isinstance(found, Statement)
        return [found]

    def leave_Subscript(
        self, original_node: cst.Subscript, updated_node: cst.Subscript
    ) -> cst.BaseExpression:
        node = expression(original_node)
        name = code(original_node.value)
        if name in self.last and isinstance(node, ast.Subscript) and is_last(node):
            return cst.Name(self.last[name])
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        match updated_node:
            case cst.Call(args=[cst.Arg(value=cst.Subscript(value=cst.Name(name)) as part), *rest]):
                whole = updated_node.with_changes(args=[cst.Arg(cst.Name(name)), *rest])
                is_slice = isinstance(part.slice[0].slice, cst.Slice)
                if is_slice and not rest and gathered(whole, self.sequences):
                    return part.with_changes(value=whole)
        return updated_node

    def leave_SimpleStatementLine(
        self,
        original_node: cst.SimpleStatementLine,
        updated_node: cst.SimpleStatementLine,
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        return cst.FlattenSentinel([*self.named(updated_node)])

    def named(self, statement: cst.SimpleStatementLine) -> Iterator[cst.SimpleStatementLine]:
        """Yield a line that puts a value at the end of a list, and the one that names it before."""
        match statement.body:
            case [cst.Assign(targets=[cst.AssignTarget(cst.Name(name))], value=cst.List() as made)]:
                if name in self.last and made.elements:
                    last = made.elements[-1]
                    yield assignment(self.last[name], last.value, statement)
                    here = [*made.elements[:-1], cst.Element(cst.Name(self.last[name]))]
                    yield assignment(name, made.with_changes(elements=here))
                    return
            case [
                cst.Expr(cst.Call(func=cst.Attribute(cst.Name(name), cst.Name("append"))) as put)
            ]:
                if name in self.last:
                    own = cst.Name(self.last[name])
                    yield assignment(own.value, operands(put)[0], statement)
                    call = put.with_changes(args=[cst.Arg(own)])
                    yield cst.SimpleStatementLine([cst.Expr(call)])
                    return
        yield statement
