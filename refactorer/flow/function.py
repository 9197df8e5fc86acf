"""A function with loops, branches and calls: its parts differentiated, and put together again."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import libcst as cst
import numpy as np
from libcst.metadata import MetadataWrapper, PositionProvider

from refactorer.adjoint import Adjoint
from refactorer.dataflow import Statement
from refactorer.differentiate import compiled
from refactorer.errors import Place, Refused
from refactorer.evaluation import is_float, leaves
from refactorer.expressions import code
from refactorer.flow.activity import Demand, active
from refactorer.flow.blocks import Blocks
from refactorer.flow.callees import helpers_in
from refactorer.flow.calls import Helper
from refactorer.flow.canonical import Canonical
from refactorer.flow.copies import aliased, copied_once
from refactorer.flow.demands import Wanted, demands
from refactorer.flow.exits import ManyExits, OneExit, one_exit
from refactorer.flow.folding import folded, plainly
from refactorer.flow.lists import appended_to, own_lists, read_back
from refactorer.flow.names import Names, loads, parsed
from refactorer.flow.regions import Call, Listed, Pick, Suite, every
from refactorer.flow.separate import separated
from refactorer.flow.settled import items_of
from refactorer.flow.tree import Tree
from refactorer.flow.visits import Visits, visits
from refactorer.flow.weaver import Weaver
from refactorer.flow.woven import Woven, bound_by, line, read_in
from refactorer.normalise import Primal
from refactorer.primal.refusals import PLAIN, REASONS
from refactorer.printing.aliases import NumpyNames, numpy_names
from refactorer.printing.functions import lines, plain
from refactorer.printing.naming import of_cotangent, of_result
from refactorer.printing.page import Page
from refactorer.printing.returned import annotated
from refactorer.printing.styles import STYLES
from refactorer.printing.written import names_in
from refactorer.reading.contents import Definition, free_names
from refactorer.shapes import Array, array
from refactorer.stages import Stage
from refactorer.target import Parameter, Target

Runs = Sequence[Mapping[str, object]]
Say = Callable[[Stage, Stage | None], None]


@dataclass(frozen=True)
class Flow:
    """A function, what to differentiate it by, and arguments to run it at.

    `namespace` holds what the definitions around it bind; `callees` are shared by functions that
    call one another. `calls` are the functions that are being differentiated: a call of one of them
    is a recursion.
    """

    target: Target
    wrt: tuple[str, ...]
    namespace: Mapping[str, object]
    runs: Runs
    seed: int
    say: Say
    callees: Callees
    calls: tuple[str, ...] = ()

    def adjoint(self) -> Adjoint:
        """Return the function and its pullback, as after the last rule.

        Raises Refused where a part of it is not taken.
        """
        missing = [name for name in self.parts if name not in self.active]
        if len(missing) == len(self.parts):
            raise self.refuse(self.definition, "what it returns does not follow its arguments")
        woven = self.weaver.suite(self.suite, dict.fromkeys(self.returned, False))
        woven = self.weaver.with_one_name(woven)
        seed, unpacked = self.seeds()
        gradients = self.gradients(woven)
        cotangents = self.weaver.cotangents
        made = self.names.taken - self.users - {seed, *gradients}
        lines = plainly(copied_once(aliased([*unpacked, *woven.backward], made)), made)
        backward = separated(lines, cotangents.values(), self.names, self.parts)
        return self.assembled(woven, seed, backward)

    def assembled(self, woven: Woven, seed: str, backward: Sequence[Statement]) -> Adjoint:
        """Return the adjoint of the whole function."""
        cotangents = self.weaver.cotangents
        result = line(f"return {', '.join(self.parts)}{',' if self.alone else ''}")
        kept = read_in(backward) - bound_by(backward)
        made = self.names.taken - self.users - kept
        body = [*self.docstring, *folded([*woven.forward, result], made)]
        definition = self.definition.with_changes(body=cst.IndentedBlock(body))
        text = code(definition.with_changes(leading_lines=()))
        definitions = self.numpy.completed([*map(self.emitted, self.target.definitions)])
        target = replace(self.target, source=text, definitions=definitions)
        return Adjoint(
            primal=Primal(target, plain(text), self.wrt, self.parts[0], {}, {}),
            forward=cst.Module(woven.forward),
            backward=cst.Module(backward),
            seed=seed,
            gradients=self.gradients(woven),
            cotangents={},
            shapes=self.shapes(cotangents),
        )

    def gradients(self, woven: Woven) -> tuple[str, ...]:
        """Return what the callback returns."""
        return tuple(
            self.weaver.cotangents[name] if name in woven.before else self.weaver.zeros(name)
            for name in self.wrt
        )

    def shapes(self, cotangents: Mapping[str, str]) -> dict[str, Array]:
        """Return what the names of the function and its callback hold."""
        names = {name for rows in self.visits.at.values() for row in rows for name in row}
        found = {name: array(self.visits.last(name)) for name in names}
        return found | {cotangents[n]: found[n] for n in names if n in cotangents}

    @cached_property
    def definition(self) -> cst.FunctionDef:
        """The user's function."""
        body = cst.parse_module(self.target.source).body
        return next(s for s in body if isinstance(s, cst.FunctionDef))

    @cached_property
    def docstring(self) -> tuple[Statement, ...]:
        """The docstring, if there is one."""
        has = self.definition.get_docstring(clean=False) is not None
        return tuple(lines(self.definition.body))[:1] if has else ()

    @cached_property
    def users(self) -> frozenset[str]:
        """The names in the user's text."""
        own = names_in(self.target.source)
        return own.union(*(d.names for d in self.target.definitions))

    @cached_property
    def names(self) -> Names:
        """The names that are taken."""
        return Names({*self.users, *dir(builtins)})

    @cached_property
    def exit(self) -> OneExit:
        """The statements of the function with one exit."""
        statements = [*lines(self.definition.body)][len(self.docstring) :]
        noun = of_result(self.target.name) or "out"
        try:
            return one_exit(cst.IndentedBlock(statements), self.names, noun)
        except ManyExits as error:
            raise self.refuse(error.statement, str(error), ONE_EXIT) from None

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of what is returned."""
        return self.exit.parts

    @property
    def alone(self) -> bool:
        """Whether a tuple of one is returned."""
        return self.exit.is_tuple and len(self.parts) == 1

    @property
    def returned(self) -> list[str]:
        """The names of what is returned and has a cotangent."""
        return [name for name in dict.fromkeys(self.parts) if name in self.active]

    @cached_property
    def helper_names(self) -> frozenset[str]:
        """The functions of the user's that it may call."""
        return frozenset(helpers_in(self.target))

    @cached_property
    def prepared(self) -> tuple[Statement, ...]:
        """The statements, taken apart, as they stand in `text`."""
        statements = read_back(self.exit.statements, self.names)
        static = active(statements, self.wrt)
        canonical = Canonical(
            self.names, self.helper_names, static, put_into(statements), appended_to(statements)
        )
        body = [*canonical.all(statements)]
        result = line(f"return ({', '.join(self.parts)},)")
        definition = self.definition.with_changes(body=cst.IndentedBlock([*body, result]))
        found = cst.parse_module(code(definition)).body[0]
        return tuple(lines(cst.ensure_type(found, cst.FunctionDef).body))

    @cached_property
    def text(self) -> cst.Module:
        """The function, taken apart."""
        bare = plain(code(self.definition.with_changes(body=cst.IndentedBlock(self.prepared))))
        head = cst.ensure_type(cst.parse_module(bare).body[0], cst.FunctionDef)
        return cst.Module([head.with_changes(body=cst.IndentedBlock(self.prepared))])

    @cached_property
    def lines(self) -> Mapping[Statement, int]:
        """Where each statement stands in the text."""
        wrapper = MetadataWrapper(self.text, unsafe_skip_copy=True)
        found = wrapper.resolve(PositionProvider)
        return {node: place.start.line for node, place in found.items()}  # type: ignore[misc]

    @cached_property
    def visits(self) -> Visits:
        """What its names hold at each line."""
        return visits(compiled(self.text.code, self.namespace), self.runs)

    @cached_property
    def active(self) -> frozenset[str]:
        """The names that have cotangents."""
        found = active(self.prepared, self.wrt)
        return frozenset(name for name in found if self.visits.holds_floats(name))

    @cached_property
    def suite(self) -> Suite:
        """The regions of the function."""
        tree = Tree(
            self.active, self.helper_names, self.sequences, self.picks, self.lines, self.refuse
        )
        return tree.suite(self.prepared[:-1])

    def picks(self, target: str, value: cst.Subscript) -> bool:
        """Tell whether a part of an array is taken on a line of its own, by numbers or a mask."""
        array_name = code(value.value)
        wanted = target not in self.users or array_name in put_into(self.prepared)
        whole = self.visits.last(array_name)
        return (
            wanted
            and array_name in self.active
            and isinstance(whole, np.ndarray)
            and all(is_index(self.visits.last(name)) for name in loads(value) - {array_name})
            and not any(isinstance(n, ast.Call | ast.List) for n in ast.walk(parsed(value)))
        )

    def is_view(self, pick: Pick) -> bool:
        """Tell whether what is taken of an array changes with it."""
        index = (self.visits.last(n) for n in loads(f"_[{pick.index}]") - {"_"})
        masked = any(isinstance(value, np.ndarray) for value in index)
        return not masked and np.ndim(self.visits.last(pick.target)) > 0  # type: ignore[arg-type]

    @cached_property
    def sequences(self) -> frozenset[str]:
        """The names of lists that are appended to."""
        return appended_to(self.prepared) & self.active

    @cached_property
    def numpy(self) -> NumpyNames:
        """How the user spells NumPy."""
        function = ast.parse(self.text.code).body[0]
        assert isinstance(function, ast.FunctionDef)
        return numpy_names(function, self.target.definitions)

    @cached_property
    def weaver(self) -> Weaver:
        """What weaves its regions."""
        regions = [*every(self.suite)]
        known = frozenset().union(*(d.names for d in self.target.definitions), dir(builtins))
        return Weaver(
            names=self.names,
            demand=Demand(self.active),
            visits=self.visits,
            blocks=Blocks(self.target, self.namespace, self.seed, self.say, self.located),
            helpers={name: adjoint.helper for name, adjoint in self.helpers.items()},
            cotangents=self.cotangent_names,
            known=known | {self.numpy.module},
            users=self.users,
            numpy=self.numpy.module,
            refuse=self.refuse,
            own_lists=own_lists(self.suite, self.parts),
            items=items_of(self.suite, self.active, self.is_view),
            starts={r.sequence: len(r.items) for r in regions if isinstance(r, Listed)},
        )

    @cached_property
    def cotangent_names(self) -> Mapping[str, str]:
        """The names for the cotangents."""
        asked = [name for name in self.wrt if name in self.active]
        first = [*asked, *sorted(self.active.difference(asked))]
        return {n: self.names.new(*of_cotangent(n, argument=n in self.wrt)) for n in first}

    def seeds(self) -> tuple[str, list[Statement]]:
        """Return the name of the cotangent of the output, and the line that takes it apart."""
        names = self.weaver.cotangents
        if not self.exit.is_tuple:
            return names[self.parts[0]], []
        seed = self.names.new("d_out", "d_outputs")
        parts: list[str] = []
        for name in self.parts:
            own = names.get(name, "_")
            parts.append(self.names.new(f"{own}_too") if own in parts and own != "_" else own)
        extra = [
            line(f"{names[name]} = {names[name]} + {part}")
            for name, part in zip(self.parts, parts, strict=True)
            if name in names and part != names[name]
        ]
        comma = "," if len(parts) == 1 else ""
        return seed, [line(f"{', '.join(parts)}{comma} = {seed}"), *extra]

    @cached_property
    def helpers(self) -> Mapping[str, Emitted]:
        """The functions of the user's that are called, differentiated."""
        calls = [r for r in every(self.suite) if isinstance(r, Call)]
        for name in dict.fromkeys(call.helper for call in calls):
            if name not in self.callees.done:
                own = [call for call in calls if call.helper == name]
                self.callees.done[name] = self.helper(name, own)
        return self.callees.done

    def helper(self, name: str, calls: Sequence[Call]) -> Emitted:
        """Return one of the user's functions, differentiated by what some caller wants."""
        if name in (self.target.name, *self.calls):
            raise self.refuse(calls[0].statement, f"`{name}` calls itself", "Write it as a loop")
        target = helper_target(self.target, name)
        helper = Helper(name, tuple(p.name for p in target.parameters), ())
        given = [helper.given(call.arguments) for call in calls]
        runs = [
            {p: evaluated(text, seen, self.namespace) for p, text in row.items()}
            for call, row in zip(calls, given, strict=True)
            for seen in self.visits.at.get(call.line, ())
        ]
        wanted = self.callees.wanted.get(name, frozenset())
        wrt = tuple(p for p in helper.parameters if p in wanted and holds_floats(p, runs))
        if not wrt:
            return Emitted(helper, None)
        flow = replace(
            self, target=target, wrt=wrt, runs=runs, calls=(*self.calls, self.target.name)
        )
        return Emitted(replace(helper, wrt=wrt), flow.adjoint())

    def emitted(self, definition: Definition) -> Definition:
        """Return a definition, a function of the user's with its callback."""
        done = self.callees.done
        found = [done[n] for n in definition.names if n in done and done[n].adjoint]
        return found[0].definition(definition) if found else definition

    def refuse(self, node: cst.CSTNode, reason: str, hint: str = "") -> Refused:
        """Return the error at a statement."""
        kind = type(node.body[0] if isinstance(node, cst.SimpleStatementLine) else node).__name__
        what, way_out = REASONS.get(kind, (f"`{code(node).strip().splitlines()[0]}`", PLAIN))
        said = reason or f"{what} is not taken"
        return Refused(said, hint or way_out, self.located(code(node).strip()))

    def located(self, text: str) -> Place:
        """Return where the first line of a text stands in the user's file."""
        first = text.splitlines()[0].strip() if text else ""
        for number, found in enumerate(self.target.source.splitlines()):
            if first and first in found:
                return Place(self.target.file, self.target.line + number, found.index(first) + 1)
        return Place(self.target.file, self.target.line, 1)


ONE_EXIT = "Let it return at its end, or at the end of each branch"


@dataclass(frozen=True)
class Emitted:
    """A function of the user's, and its adjoint if something of it is differentiated."""

    helper: Helper
    adjoint: Adjoint | None

    def definition(self, before: Definition) -> Definition:
        """Return the definition of the function with its callback."""
        assert self.adjoint is not None
        page = Page(self.adjoint)
        text = cst.Module([annotated(STYLES["callback"](page), "callback", page)]).code
        return replace(before, source=f"\n\n{text}\n\n", reads=free_names(text))


@dataclass(frozen=True)
class Callees:
    """The user's functions that are called: each is differentiated once, for all of its callers.

    `wanted` are their parameters that some caller wants the gradient of.
    """

    wanted: Wanted
    done: dict[str, Emitted]

    @classmethod
    def of(cls, target: Target, wrt: Collection[str]) -> Callees:
        """Return the functions that a target calls, none of them differentiated yet."""
        functions = {**helpers_in(target), target.name: target.source}
        return cls(demands(target.name, frozenset(wrt), functions), {})


def holds_floats(name: str, runs: Runs) -> bool:
    """Tell whether a parameter is ever given floating-point numbers."""
    return any(is_float(leaf) for run in runs if name in run for leaf in leaves(run[name]))


def evaluated(text: str, seen: Mapping[str, object], namespace: Mapping[str, object]) -> object:
    """Return what an argument of a call holds."""
    found: object = eval(text, dict(namespace), dict(seen))
    return found


def helper_target(target: Target, name: str) -> Target:
    """Return a function of the definitions as a target of its own."""
    (definition,) = [d for d in target.definitions if name in d.names]
    function = ast.parse(definition.source).body[0]
    assert isinstance(function, ast.FunctionDef)
    given = function.args
    plain_ones = [*given.posonlyargs, *given.args]
    defaults = [None] * (len(plain_ones) - len(given.defaults)) + given.defaults
    rows = [*zip(plain_ones, defaults, strict=True)]
    rows += zip(given.kwonlyargs, given.kw_defaults, strict=True)
    parameters = tuple(
        Parameter(
            a.arg,
            ast.unparse(a.annotation) if a.annotation else None,
            ast.unparse(d) if d else None,
            keyword_only=a in given.kwonlyargs,
        )
        for a, d in rows
    )
    return replace(target, name=name, source=definition.source, parameters=parameters)


def put_into(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the arrays into which statements put items."""
    nodes = [n for s in statements for n in ast.walk(parsed(s)) if isinstance(n, ast.Subscript)]
    put = [n.value for n in nodes if isinstance(n.ctx, ast.Store)]
    return frozenset(n.id for n in put if isinstance(n, ast.Name))


def is_index(value: object) -> bool:
    """Tell whether a value is a number or a mask, which takes no element twice."""
    is_mask = isinstance(value, np.ndarray) and value.dtype == bool
    return is_mask or value is None or isinstance(value, int | np.integer)
