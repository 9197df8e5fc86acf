"""A function with loops, branches and calls: its parts differentiated, and put together again."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import libcst as cst

from refactorer.adjoint import Adjoint
from refactorer.differentiation.engine import learn
from refactorer.flow.calling.caller import Caller
from refactorer.flow.calling.differentiated import differentiated
from refactorer.flow.calling.elementary import elementary
from refactorer.flow.calling.helpers import Emitted
from refactorer.flow.names import bound_by, read_in
from refactorer.flow.region_weaver import RegionWeaver, weaver_of
from refactorer.flow.statements.locating import located_condition
from refactorer.flow.statements.with_blocks import put_together
from refactorer.flow.tidying.apart import set_apart
from refactorer.flow.tidying.augmented import augmented, changed_with_signs, held_alone
from refactorer.flow.tidying.copies import aliased, copied_once, with_one_name
from refactorer.flow.tidying.folding import folded, plainly
from refactorer.flow.tidying.loop_names import separated
from refactorer.flow.tidying.masks import masked_by_changed
from refactorer.flow.tidying.numbering import numbered
from refactorer.flow.tidying.rebinding import rebound, set_directly, without_aliases
from refactorer.flow.tidying.set_once import set_once
from refactorer.flow.tidying.unspread import unspread
from refactorer.flow.weaving.woven import Woven
from refactorer.primal.normalise import Primal
from refactorer.printing.functions import plain
from refactorer.reading.contents import Definition
from refactorer.shapes import Array
from refactorer.syntax.expressions import code
from refactorer.syntax.suites import Statement, line


@dataclass(frozen=True)
class Flow(Caller):
    """A function that is differentiated region by region, and put together again."""

    def adjoint(self) -> Adjoint:
        """Return the function and its pullback, as after the last rule.

        Raises Refused where a part of it is not taken.
        """
        if not self.follows:
            names = " or ".join(f"`{name}`" for name in self.wrt)
            reason = f"what it returns does not change with {names}"
            hint = "The gradient is zero: ask for that of another argument with --wrt"
            raise self.refuse(self.definition, reason, hint, code="no-gradient")
        found = elementary(self.helpers, self.callees.texts)
        for name, own in found.items():
            learn(self.namespace[name], own)
        return replace(self, elementary=frozenset(found)).woven if found else self.woven

    @property
    def woven(self) -> Adjoint:
        """The function and its pullback, put together of those of its regions."""
        woven = self.weaver.suite(self.suite, dict.fromkeys(self.returned, False))
        woven = with_one_name(woven, self.names.taken - self.users)
        self.note_sides()
        seed, unpacked = self.seeds()
        woven, backward = self.tidied(woven, [*unpacked, *woven.backward], seed)
        backward = separated(
            backward, self.weaver.cotangents.values(), self.names, elsewhere=self.parts
        )
        adjoint = self.assembled(woven, seed, backward)
        return numbered(adjoint, self.names.taken, {*self.users, *dir(builtins)})

    def note_sides(self) -> None:
        """Note the conditions that had to be set to reach a side, and where no input meets them."""
        within = self.target.name if self.calls else ""
        for side in self.reached.sides:
            place = located_condition(self.target, side[-1][0])
            forced = tuple((condition, holds, within) for condition, holds in side)
            self.callees.sides[forced] = None if side in self.reached.met else place

    def tidied(
        self, woven: Woven, backward: Sequence[Statement], seed: str
    ) -> tuple[Woven, list[Statement]]:
        """Return the regions and the callback without names and copies that only weaving needs."""
        gradients = self.gradients(woven)
        made = self.names.taken - self.users - {seed, *gradients}
        cotangents = self.weaver.cotangents.values()
        short = plainly(copied_once(aliased(backward, made)), made)
        short = without_aliases(rebound(short, cotangents))
        short = set_once(set_directly(short, cotangents))
        array_of = self.weaver.probe_of([*woven.forward, *short]).array
        short = unspread(set_apart(short), gradients, array_of)
        forward, short = masked_by_changed(woven.forward, short, array_of)
        return replace(woven, forward=tuple(forward)), short

    def assembled(self, woven: Woven, seed: str, backward: Sequence[Statement]) -> Adjoint:
        """Return the adjoint of the whole function."""
        cotangents = self.weaver.cotangents
        result = line(f"return {', '.join(self.parts)}{',' if self.alone else ''}")
        kept = read_in(backward) - bound_by(backward)
        made = self.names.taken - self.users - kept
        work = put_together(folded([*woven.forward, result], made))
        body = [*self.docstring, *augmented(work, self.changed_in_place(work))]
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
        found = self.visits.arrays
        return found | {cotangents[n]: found[n] for n in found if n in cotangents}

    def changed_in_place(self, work: Sequence[Statement]) -> frozenset[str]:
        """Return the names that the user changes with `+=` and its like, and that may be."""
        names = changed_with_signs(self.text.code)
        numbers = frozenset(name for name in names if self.visits.holds_numbers(name))
        own = names.difference(p.name for p in self.target.parameters)
        return numbers | held_alone(work, own, self.numpy.module)

    @cached_property
    def weaver(self) -> RegionWeaver:
        """What weaves its regions."""
        return weaver_of(self, {name: callee.helper for name, callee in self.helpers.items()})

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
        return differentiated(self)

    def emitted(self, definition: Definition) -> Definition:
        """Return a definition, a function of the user's with its callback."""
        done = self.callees.done
        called = done.keys() - elementary(done, self.callees.texts)
        found = [done[n] for n in definition.names if n in called and done[n].adjoint]
        return found[0].definition(definition, self.callees.comments) if found else definition
