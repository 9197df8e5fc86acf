"""Straight lines as a function of their own, taken through the rules: residuals and pullback."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import libcst as cst

from refactorer.adjoint import Adjoint, parameters
from refactorer.differentiation.differentiate import compiled, differentiate
from refactorer.differentiation.engine import reserved_names
from refactorer.errors import Place, Refused
from refactorer.flow.names import loads, stores
from refactorer.flow.structure.visits import Locals
from refactorer.flow.weaving.recorded import looked_at, measured_at, measured_nearby
from refactorer.judging.verify import Verdict
from refactorer.primal.normalise import normalise
from refactorer.printing.functions import Function
from refactorer.reading.target import Parameter, Target
from refactorer.refining.stages import Stage, refined
from refactorer.refining.step_judge import Judge
from refactorer.syntax.dataflow import bound
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement


@dataclass(frozen=True)
class Pulled:
    """Straight lines, and the lines that pull the cotangents of their outputs back.

    `gradients` are expressions, one for each input that was asked for; `seeds` are the names under
    which the backward lines read the cotangents, one for each output.
    """

    forward: tuple[Statement, ...]
    backward: tuple[Statement, ...]
    gradients: tuple[cst.BaseExpression, ...]
    seeds: tuple[str, ...]


@dataclass(frozen=True)
class Blocks:
    """Takes straight lines through the rules.

    `target` is the function that they stand in; `say` is told of every stage. `options` are the
    texts of the values of its parameters that are options of NumPy's, `elementary` the user's
    functions that have a VJP of their own. `places` maps the name of a place in an array to the
    line that sets it, for places that are set once.
    """

    target: Target
    namespace: Mapping[str, object]
    seed: int
    say: Callable[[Stage, Stage | None], None]
    located: Callable[[str], Place]
    options: Mapping[str, str]
    elementary: Collection[str] = ()
    places: Mapping[str, Statement] = field(default_factory=dict)

    def pulled(
        self,
        statements: Sequence[Statement],
        ins: Sequence[str],
        outs: Sequence[str],
        seen: Sequence[Locals],
        pinned: Collection[str],
        *,
        turns: bool,
    ) -> Pulled:
        """Return the lines and their pullback, from the cotangents of `outs` to those of `ins`.

        `seen` are the locals before the lines. Names that are `pinned` keep what they hold; `turns`
        tells whether a loop runs the lines.
        """
        known = self.places.keys() & frozenset().union(*map(loads, statements))
        target = self.block([*(self.places[name] for name in sorted(known)), *statements], outs)
        try:
            adjoint = self.after_rules(target, ins, frozenset(outs).union(pinned), seen, turns)
        except Refused as error:
            raise self.placed(error, target) from error
        function = Function(adjoint.primal.target.source)
        found = tuple(lines_naming_outputs(function.result, outs))
        unpacking, rest = seed_parts_and_rest(adjoint)
        return Pulled(
            forward=(*(s for s in function.work if bound(s) not in known), *found),
            backward=tuple(rest),
            gradients=tuple(cst.parse_expression(g) for g in adjoint.gradients),
            seeds=unpacking or (adjoint.seed,) * len(outs),  # of several, none is read then
        )

    def placed(self, error: Refused, target: Target) -> Refused:
        """Return the error with its place in the user's file."""
        if error.place is None:
            return error
        line = target.source.splitlines()[error.place.line - target.line]
        return Refused(error.reason, error.hint, self.located(line.strip()), code=error.code)

    def block(self, statements: Sequence[Statement], outs: Sequence[str]) -> Target:
        """Return the function that the lines are, by what they read and what they set."""
        own = frozenset().union(*(d.names for d in self.target.definitions))
        given: dict[str, None] = {}
        known: set[str] = set()
        for statement in statements:
            given |= dict.fromkeys(sorted(loads(statement) - known - own - BUILTINS))
            known |= stores(statement)
        result = cst.parse_statement(f"return {', '.join(outs)}")
        head = cst.parse_statement(f"def {self.target.name}({', '.join(given)}): pass")
        body = cst.IndentedBlock([*statements, result])
        source = code(cst.ensure_type(head, cst.FunctionDef).with_changes(body=body))
        return replace(
            self.target, source=source, parameters=tuple(Parameter(name) for name in given)
        )

    def after_rules(
        self,
        target: Target,
        ins: Sequence[str],
        pinned: frozenset[str],
        seen: Sequence[Locals],
        turns: bool,
    ) -> Adjoint:
        """Return the adjoint after the last rule."""
        given = {p.name for p in target.parameters}
        options = {name: text for name, text in self.options.items() if name in given}
        primal = normalise(target, tuple(ins), reserved_names(), options, self.elementary)
        primal = replace(primal, pinned=pinned, turns=turns)
        names = [p.name for p in target.parameters]
        function = compiled(target.source, self.namespace)
        held = [row for row in seen if row.keys() >= {*names}]
        rows = looked_at(target, function, [{name: row[name] for name in names} for row in held])
        ours = dict(zip(names, parameters(primal.code), strict=True))
        probe = {ours[name]: value for name, value in rows[0].items()}
        adjoint = differentiate(primal, self.namespace, probe)
        judge = Judge(self.namespace, names, measured_at(function, rows, ins, self.seed))
        refuse = partial(wrong_from_the_start, target)
        try:
            return refined(adjoint, judge, self.say, refuse)
        except Refused as error:
            # Where values are tied, each may have a slope by itself, though the line has none.
            nearby = Judge(self.namespace, names, measured_nearby(function, rows, ins, self.seed))
            if not nearby(adjoint).right:
                raise error from None
            return refined(adjoint, nearby, self.say, refuse)


BUILTINS = frozenset(dir(builtins))


def wrong_from_the_start(target: Target, verdict: Verdict) -> Refused:
    """Return the error for lines of which tangent itself writes a wrong gradient."""
    first = code(Function(target.source).statements[0]).strip()
    return Refused(
        f"`{target.name}`: the gradient that tangent writes for its line `{first}` is wrong: "
        f"{verdict.reason}",
        "Write the operation that it cannot differentiate in another way",
        code="wrong-gradient",
    )


def lines_naming_outputs(result: cst.BaseExpression, outs: Sequence[str]) -> list[Statement]:
    """Return the lines that give the outputs their names, where they have others."""
    elements = result.elements if isinstance(result, cst.Tuple) else [cst.Element(result)]
    values = [code(element.value) for element in elements]
    pairs = [(out, value) for out, value in zip(outs, values, strict=True) if out != value]
    lines = [cst.parse_statement(f"{out} = {value}") for out, value in pairs]
    return [cst.ensure_type(line, cst.SimpleStatementLine) for line in lines]


def seed_parts_and_rest(adjoint: Adjoint) -> tuple[tuple[str, ...], list[Statement]]:
    """Return the names of the parts of the seed, and the lines that are left."""
    first, *rest = [*adjoint.backward.body] or [cst.SimpleStatementLine([cst.Pass()])]
    match ast.parse(code(first).strip()).body:
        case [ast.Assign([ast.Tuple(names)], ast.Name(adjoint.seed))]:
            return tuple(map(ast.unparse, names)), rest
    return (), [*adjoint.backward.body]
