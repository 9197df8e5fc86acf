"""A function with loops, branches and calls, taken apart: its regions, and what its names hold."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst
import numpy as np
from libcst.metadata import MetadataWrapper, PositionProvider

from refactorer.errors import Place, Refused
from refactorer.flow.callees import helpers_in
from refactorer.flow.names import Names, loads, parsed, stores
from refactorer.flow.statements.active import active
from refactorer.flow.statements.aranges import with_rows_named
from refactorer.flow.statements.canonical import Canonical
from refactorer.flow.statements.exits import ManyExits, OneExit, one_exit
from refactorer.flow.statements.lists import apart_from_arrays, appended_to, read_back
from refactorer.flow.statements.locating import located
from refactorer.flow.statements.with_blocks import with_settings_marked
from refactorer.flow.structure.regions import Pick, Suite
from refactorer.flow.structure.tree import Tree
from refactorer.flow.structure.unreached import Reached, reached
from refactorer.flow.structure.visits import Runs, Visits
from refactorer.primal.refusals import PLAIN, REASONS
from refactorer.printing.functions import plain
from refactorer.printing.names.aliases import NumpyNames, numpy_names
from refactorer.printing.names.naming import of_result
from refactorer.printing.written import names_in
from refactorer.reading.target import Target
from refactorer.syntax.expressions import code
from refactorer.syntax.puts import put_by_call
from refactorer.syntax.suites import Statement, function_in, line, lines


@dataclass(frozen=True)
class Prepared:
    """A function, the inputs to differentiate with respect to, and arguments to run it at.

    `namespace` holds what the definitions around it bind; `elementary` are the user's functions
    that have a VJP of their own. `calls` are the functions that are being differentiated, and where
    each calls the next: another call of one of them is a recursion.
    """

    target: Target
    wrt: tuple[str, ...]
    namespace: Mapping[str, object]
    runs: Runs
    elementary: frozenset[str] = field(default=frozenset(), kw_only=True)
    calls: Mapping[str, Place] = field(default_factory=dict, kw_only=True)

    @cached_property
    def definition(self) -> cst.FunctionDef:
        """The user's function."""
        return function_in(self.target.source)

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
        statements = apart_from_arrays(statements, self.names)
        noun = of_result(self.target.name) or "out"
        try:
            return one_exit(cst.IndentedBlock(with_settings_marked(statements)), self.names, noun)
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
        """The functions of the user's that it may call, itself and its callers among them."""
        callers = (self.target.name, *self.calls)
        return frozenset({*helpers_in(self.target), *callers}) - self.elementary

    @cached_property
    def prepared(self) -> tuple[Statement, ...]:
        """The statements, taken apart, as they stand in `text`."""
        statements = with_rows_named(read_back(self.exit.statements, self.names), self.names)
        static = active(statements, self.wrt)
        canonical = Canonical(
            self.names, self.helper_names, static, put_into(statements), {*appended_to(statements)}
        )
        body = [*canonical.all(statements)]
        result = line(f"return ({', '.join(self.parts)},)")
        definition = self.definition.with_changes(body=cst.IndentedBlock([*body, result]))
        return tuple(lines(function_in(code(definition)).body))

    @cached_property
    def text(self) -> cst.Module:
        """The function, taken apart."""
        bare = plain(code(self.definition.with_changes(body=cst.IndentedBlock(self.prepared))))
        return cst.Module([function_in(bare).with_changes(body=cst.IndentedBlock(self.prepared))])

    @cached_property
    def lines(self) -> Mapping[Statement, int]:
        """Where each statement stands in the text."""
        wrapper = MetadataWrapper(self.text, unsafe_skip_copy=True)
        found = wrapper.resolve(PositionProvider)
        return {node: place.start.line for node, place in found.items()}  # type: ignore[misc]

    @cached_property
    def reached(self) -> Reached:
        """What its names hold at each line, and the conditions that were set to get there."""
        return reached(ast.parse(self.text.code), self.function_of, self.runs)

    def function_of(self, tree: ast.Module) -> Callable[..., object]:
        """Return the function that a tree defines."""
        namespace = dict(self.namespace)
        exec(compile(tree, self.target.file, "exec"), namespace)
        function = namespace[self.target.name]
        assert callable(function)
        return function

    @property
    def visits(self) -> Visits:
        """What its names hold at each line."""
        return self.reached.visits

    @cached_property
    def active(self) -> frozenset[str]:
        """The names that have cotangents."""
        found = active(self.prepared, self.wrt)
        for name in sorted(found - {*self.wrt}):
            if isinstance(self.visits.last(name), dict):
                raise self.refuse(self.setting(name), f"the dict `{name}` is not taken", ENTRIES)
        return frozenset(name for name in found if self.visits.holds_floats(name))

    def setting(self, name: str) -> Statement:
        """Return the first statement that sets a name."""
        nodes = [s for s in self.exit.statements if name in stores(s)]
        return nodes[0] if nodes else self.definition

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
        return (
            wanted
            and target != array_name  # their cotangents have one name
            and array_name in self.active
            and self.visits.holds_array(array_name)
            and all(is_index(self.visits.last(name)) for name in loads(value) - {array_name})
            and not any(isinstance(n, ast.Call | ast.List) for n in ast.walk(parsed(value)))
        )

    def is_view(self, pick: Pick) -> bool:
        """Tell whether what is taken of an array changes with it."""
        index = (self.visits.last(n) for n in loads(f"_[{pick.index}]") - {"_"})
        masked = any(isinstance(value, np.ndarray) for value in index)
        part = np.ndim(self.visits.last(pick.target)) > 0
        return not masked and (part or "..." in pick.index)

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

    def refuse(self, node: cst.CSTNode, reason: str, hint: str = "", **named: str) -> Refused:
        """Return the error at a statement; `code=` names its code."""
        kind = type(node.body[0] if isinstance(node, cst.SimpleStatementLine) else node).__name__
        what, way_out = REASONS.get(kind, (f"`{code(node).strip().splitlines()[0]}`", PLAIN))
        said = reason or f"{what} is not taken"
        return Refused(said, hint or way_out, self.located(code(node).strip()), **named)

    def located(self, text: str) -> Place:
        """Return where the first line of a text, or the value in it, stands in the user's file."""
        return located(self.target, text)


ENTRIES = "Give its entries names of their own, or put them into an array"
ONE_EXIT = "Let it return at its end, or at the end of each branch"


def put_into(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the arrays into which statements put items."""
    nodes = [node for s in statements for node in ast.walk(parsed(s))]
    called = frozenset(put.array for node in nodes if (put := put_by_call(node)))
    places = [n for n in nodes if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)]
    return called.union(n.value.id for n in places if isinstance(n.value, ast.Name))


def is_index(value: object) -> bool:
    """Tell whether a value is a number or a mask, which takes no element twice."""
    is_mask = isinstance(value, np.ndarray) and value.dtype == bool
    return is_mask or value is None or isinstance(value, int | np.integer)
