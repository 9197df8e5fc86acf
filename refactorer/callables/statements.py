"""Goes through statements, and keeps track of the functions that names stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from refactorer.callables.expressions import Expressions
from refactorer.callables.following import Env, Following
from refactorer.callables.known import held
from refactorer.callables.turning import loop, repeated
from refactorer.callables.ways import branch
from refactorer.flow.names import expression, stores
from refactorer.flow.statements.canonical import under_comments
from refactorer.printing.names.phrases import of_value
from refactorer.syntax.dataflow import assignment
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line


class FollowedStatements(Following):
    """Goes through statements, in which functions are then called by their names."""

    def suite(self, statements: Iterable[Statement], env: Env) -> list[Statement]:
        """Return statements in which functions are called by their names."""
        return [part for statement in statements for part in self.statement(statement, env)]

    def statement(self, statement: Statement, env: Env) -> list[Statement]:
        """Return a statement in which functions are called by their names."""
        match statement:
            case cst.FunctionDef():
                return self.inner(statement, env)
            case cst.If():
                return branch(self, statement, env)
            case cst.For():
                return loop(self, statement, env)
            case cst.While():
                return repeated(self, statement, env)
            case cst.SimpleStatementLine(body=[small]):
                found = self.simple(statement, small, env)
                return [*under_comments(found[:-1], found[-1], statement)] if found else []
        return [statement]

    def simple(
        self, statement: cst.SimpleStatementLine, small: cst.BaseSmallStatement, env: Env
    ) -> list[Statement]:
        """Return what a statement without a body is; one that names a function is no line."""
        match small:
            case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
                texts = targets_of(target)
                reducing = Expressions(self, env, texts)
                found = reducing.lasting(reducing.reduced(value))
                if code(found).strip("()") == ", ".join(texts) and reducing.before:
                    return reducing.before
                return [*reducing.before, *self.assigned(statement, target, found, env)]
        reducing = Expressions(self, env)
        made = statement.visit(reducing)
        assert isinstance(made, cst.SimpleStatementLine)
        for name in stores(statement):
            env.pop(name, None)
        return [*reducing.before, statement if code(made) == code(statement) else made]

    def assigned(
        self,
        statement: cst.SimpleStatementLine,
        target: cst.BaseAssignTargetExpression,
        value: cst.BaseExpression,
        env: Env,
    ) -> list[Statement]:
        """Return an assignment of what holds no functions; note which names stand for functions."""
        if isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple | cst.List):
            pairs = zip(target.elements, held(value), strict=False)
            if self.functions.has_functions(value) or any(
                self.is_alias(t.value, v) for t, v in pairs
            ):
                return self.paired(target, [*held(value)], env)
        if isinstance(target, cst.Name) and self.functions.has_functions(value):
            env[target.value] = value
            return []
        if isinstance(target, cst.Name) and self.own.get(target.value) == self.depth:
            return self.versioned(target.value, value, env)
        for name in stores(target) if not isinstance(target, cst.Subscript) else ():
            env.pop(name, None)
        made = statement.with_changes(body=[cst.Assign([cst.AssignTarget(target)], value)])
        return [statement if code(made) == code(statement) else made]

    def is_alias(self, target: cst.CSTNode, value: cst.BaseExpression) -> bool:
        """Tell whether a target is a name of ours that may stand for another."""
        mine = isinstance(target, cst.Name) and self.own.get(target.value) == self.depth
        return mine and self.stays(value)

    def versioned(self, name: str, value: cst.BaseExpression, env: Env) -> list[Statement]:
        """Return the line that computes a value of a name of ours, each under another name."""
        if self.stays(value):
            env[name] = value
            return []
        if name not in env and name not in self.versions:
            self.versions.add(name)
            return [assignment(name, value)]
        own = self.fresh(*of_value(expression(value)))
        env[name] = cst.Name(own)
        return [assignment(own, value)]

    def paired(
        self, target: cst.Tuple, values: Sequence[cst.BaseExpression], env: Env
    ) -> list[Statement]:
        """Return the assignment of those values to the parts of a target that are no functions."""
        pairs = [*zip((e.value for e in target.elements), values, strict=True)]
        alone = [self.functions.has_functions(v) or self.is_alias(t, v) for t, v in pairs]
        plain = [pair for pair, other in zip(pairs, alone, strict=True) if not other]
        for (part, value), other in zip(pairs, alone, strict=True):
            if other:
                assert isinstance(part, cst.Name | cst.Tuple)
                self.assigned(cst.SimpleStatementLine([]), part, value, env)
        for part, _ in plain:
            env.pop(code(part), None)
        if not plain:
            return []
        left, right = (", ".join(code(p) for p in column) for column in zip(*plain, strict=True))
        return [line(f"{left} = {right}")]

    def inner(self, function: cst.FunctionDef, env: Env) -> list[Statement]:
        """Note a function inside the target; what is around it is read when it is called."""
        env.pop(function.name.value, None)
        self.functions.inside[function.name.value] = code(function.with_changes(leading_lines=()))
        return []


def targets_of(target: cst.BaseAssignTargetExpression) -> list[str]:
    """Return the names that an assignment sets, if they are its targets one by one."""
    parts = [e.value for e in target.elements] if isinstance(target, cst.Tuple) else [target]
    return [code(p) for p in parts] if all(isinstance(p, cst.Name) for p in parts) else []
