"""Names in an expression replaced by the functions they stand for, and the lines it then needs."""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Callable, Collection, Sequence

import libcst as cst

from refactorer.callables.following import Env, Following
from refactorer.callables.known import EACH, UNTOLD, held, truth
from refactorer.flow.names import expression, loads
from refactorer.printing.names.phrases import of_value
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code, is_literal
from refactorer.syntax.renaming import NamesOfValues
from refactorer.syntax.suites import Statement

Way = Callable[["Reducing"], cst.BaseExpression]


class Reducing(NamesOfValues):
    """Replaces names by the functions they stand for, and chooses where a condition does.

    `before` are the lines that the expression then needs. Where the whole of it is a call that is
    written out, `targets` are what it sets.
    """

    def __init__(self, following: Following, env: Env, targets: Sequence[str] = ()) -> None:
        super().__init__()
        self.following = following
        self.functions = following.functions
        self.env = env
        self.targets = targets
        self.whole: cst.CSTNode | None = None
        self.before: list[Statement] = []

    def reduced(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """Return an expression in which functions are called."""
        self.whole = node
        found = node.visit(self)
        assert isinstance(found, cst.BaseExpression)
        return found

    def apart(self, way: Way) -> tuple[list[Statement], cst.BaseExpression]:
        """Return what one way of a choice is, and the lines before it."""
        inner = self.anew(self.env)
        value = way(inner)
        return inner.before, value

    def anew(self, env: Env) -> Reducing:
        """Return what reduces an expression where names stand for other values."""
        return type(self)(self.following, env)

    @abstractmethod
    def applied(self, call: cst.Call) -> cst.BaseExpression:
        """Return what a call is, by what the called expression stands for."""

    def new(self, *wanted: str) -> str:
        return self.following.names.new(*wanted)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        name = original_node.value
        if name not in self.env:
            return updated_node
        value = self.env[name]
        if value is None:
            raise self.following.refuse(original_node, UNTOLD.format(name), EACH)
        self.following.note(value)
        return value

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False

    def leave_Lambda(self, original_node: cst.Lambda, updated_node: cst.Lambda) -> cst.Lambda:
        own = {p.name.value for p in original_node.params.params}
        inner = self.anew(self.without(own))
        body = inner.reduced(original_node.body)
        return original_node if inner.before else updated_node.with_changes(body=body)

    def visit_IfExp(self, node: cst.IfExp) -> bool:
        return False

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.BaseExpression:
        test = self.within(original_node.test)
        known = None if code(test) == code(original_node.test) else truth(test, self.functions)
        if known is not None:
            return self.within(original_node.body if known else original_node.orelse)
        ways = (original_node.body, original_node.orelse)
        return self.choice(test, *(functools.partial(Reducing.reduced, node=w) for w in ways))

    def within(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """Return a part of the expression, its lines before the whole."""
        before, value = self.apart(lambda inner: inner.reduced(node))
        self.before += before
        return value

    def choice(self, test: cst.BaseExpression, then: Way, other: Way) -> cst.BaseExpression:
        """Return a choice between two expressions; one that needs lines is a branch."""
        (first, one), (second, two) = self.apart(then), self.apart(other)
        value = cst.IfExp(test, one, two, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        if not first and not second:
            return value
        if self.functions.is_function(value):
            self.before += [*first, *second]
            return value
        name = self.new("choice", "case")
        blocks = [
            cst.IndentedBlock([*b, assignment(name, v)]) for b, v in ((first, one), (second, two))
        ]
        self.before.append(cst.If(test, blocks[0], cst.Else(blocks[1])))
        return cst.Name(name)

    def without(self, names: Collection[str]) -> Env:
        """Return what names stand for where some of them are set anew."""
        return {name: value for name, value in self.env.items() if name not in names}

    def lasting(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """Return a value that is a function, or holds some, as one that may be read later.

        What else is in it has names, that nothing changes.
        """
        match value:
            case cst.IfExp(test=test, body=one, orelse=other) if self.functions.is_function(value):
                changing = not loads(test).isdisjoint(self.following.stored)
                condition = self.held(test) if changing else test
                return value.with_changes(
                    test=condition, body=self.lasting(one), orelse=self.lasting(other)
                )
            case cst.Tuple() | cst.List() | cst.Dict() if self.functions.has_functions(value):
                parts = zip(value.elements, map(self.lasting_part, held(value)), strict=True)
                return value.with_changes(elements=[e.with_changes(value=v) for e, v in parts])
        return value

    def lasting_part(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """Return a part of what holds functions, as one that may be read later."""
        if isinstance(value, cst.Tuple | cst.List) or self.functions.has_functions(value):
            return self.lasting(value)
        return self.held(value)

    def held(self, value: cst.BaseExpression) -> cst.BaseExpression:
        """Return a value that may be read twice, and later: a name or a literal."""
        if self.functions.has_functions(value) or is_literal(value) or self.following.stays(value):
            return value
        name = self.new(*of_value(expression(value)))
        self.before.append(assignment(name, value))
        return cst.Name(name)
