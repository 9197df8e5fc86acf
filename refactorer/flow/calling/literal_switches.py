"""Functions that a literal in a call switches to one way: `logsumexp(X, keepdims=True)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refactorer.flow.callees import helpers_in
from refactorer.reading.source import Source
from refactorer.reading.target import Target, parameters

CONDITIONAL = (ast.If, ast.IfExp, ast.While)


def switched_by_literals(target: Target) -> frozenset[str]:
    """Return the helpers of a target that some call switches to one side of a branch of theirs.

    The call gives a literal, other than the default, to a parameter that a condition reads. The
    side of the default cannot be verified by such a call, as it may return another shape.
    """
    texts = helpers_in(target)
    functions = {name: Switched.of(text) for name, text in texts.items()}
    return frozenset(
        name
        for text in (*texts.values(), target.source)
        for name, call in calls(text, functions)
        if functions[name].is_told_by(call)
    )


def calls(text: str, functions: Mapping[str, object]) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of some functions in a text."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in functions:
                yield name, node


@dataclass(frozen=True)
class Switched:
    """The parameters of a function; `defaults` are of those with one that a condition reads."""

    names: tuple[str, ...]
    defaults: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> Switched:
        """Return them for the function that a text defines."""
        tree = ast.parse(text)
        function = next(s for s in tree.body if isinstance(s, ast.FunctionDef))
        tests = [node.test for node in ast.walk(tree) if isinstance(node, CONDITIONAL)]
        read = {n.id for test in tests for n in ast.walk(test) if isinstance(n, ast.Name)}
        found = [*parameters(function.args, Source(text))]
        defaults = {p.name: p.default for p in found if p.default and p.name in read}
        return cls(tuple(p.name for p in found), defaults)

    def is_told_by(self, call: ast.Call) -> bool:
        """Tell whether a call gives one of them a literal other than the default."""
        given = [*zip(self.names, call.args, strict=False)]
        given += [(k.arg, k.value) for k in call.keywords if k.arg]
        return any(
            isinstance(value, ast.Constant) and ast.unparse(value) != self.defaults[name]
            for name, value in given
            if name in self.defaults
        )
