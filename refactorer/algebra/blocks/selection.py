"""A choice of the cotangents that keep their names, and the lines that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count, islice

from refactorer.algebra.blocks.lines import Line, in_order
from refactorer.algebra.blocks.program import COTANGENT, Program
from refactorer.algebra.blocks.shared import Shared
from refactorer.algebra.blocks.sharing import Naming, own_text, share
from refactorer.algebra.blocks.values import Shape, is_heavy
from refactorer.algebra.index_notation.assemble import Scaled
from refactorer.algebra.index_notation.nodes import Node, Ref, is_zero
from refactorer.algebra.normal_form.layouts import Layout, laid_out, long
from refactorer.algebra.normal_form.tensor import Tensor, held, narrowed
from refactorer.algebra.once import cached_property
from refactorer.algebra.search.definitions import Definition, Definitions
from refactorer.algebra.search.extract import Extractor
from refactorer.algebra.writing.write import Writer

MOST_SHARED = 8


@dataclass(frozen=True)
class Selection:
    """A program, and the names of its backward part that are kept: values are cut off at them."""

    program: Program
    cuts: frozenset[str]
    writer: Writer
    found: Mapping[str, Scaled] = field(default_factory=dict)
    paid: frozenset[str] = frozenset()
    avoided: frozenset[str] = frozenset()
    parts: Mapping[str, tuple[Node, Tensor]] = field(default_factory=dict)
    frames: Mapping[str, Layout] = field(default_factory=dict)

    def without(self, name: str) -> Selection:
        """The selection with one cut less."""
        return replace(self, cuts=self.cuts - {name}, found=self.found_without(name))

    def found_without(self, name: str) -> dict[str, Scaled]:
        """What was found without reading a name: it holds as well where that name is gone."""
        found = self.extractor.found if self.shared else {}
        return {key: scaled for key, scaled in found.items() if name not in scaled[1].names}

    @cached_property
    def reusing(self) -> Selection:
        """The selection where the names that are read at all cost nothing to read once more."""
        return replace(self, found={}, paid=self.shared.names)

    @property
    def resharing(self) -> Selection:
        """The selection where what has a name by now may be read wherever its value helps."""
        cuts, values = self.values
        spelled = self.program.spelled_out
        held = {
            n: replace(spelled[n], shape=narrowed(n, cuts[n]).shape) for n in cuts if n in spelled
        }
        parts = {name: (self.shared.roots[name], value) for name, value in held.items()}
        for line in in_order(Line(n, self.alone(n, self.shared)) for n in self.shared.parts):
            values = values | {line.name: self.program.reader(values).read(line.text)}
            parts[line.name] = self.shared.parts[line.name], values[line.name]
        return replace(self, found={}, parts=parts, frames=self.shared.frames)

    @property
    def kept(self) -> list[Definition]:
        """The arrays of the forward part that are read and can be said otherwise."""
        read = (d for d in self.program.forward_definitions if d.name in self.shared.names)
        return [d for d in read if d.price and d.value.labels and (d.whole or d.product)]

    def avoiding(self, name: str) -> Selection:
        """The selection that does not read one of the names, and the others at no cost."""
        reusing, avoided = self.reusing, self.avoided | {name}
        found, paid = reusing.found_without(name), reusing.paid - {name}
        return replace(reusing, found=found, paid=paid, avoided=avoided)

    @cached_property
    def cost(self) -> tuple[int, int]:
        """The work, with the price of each name that is read, and the number of new names."""
        known, names = self.program.forward_definitions, self.shared.names
        prices = sum(d.price for d in known if d.name in names)
        cuts = sum(map(self.program.price_of_cut, self.values[0].keys() & self.shared.roots.keys()))
        return self.shared.work + prices + cuts, len(self.shared.parts)

    @cached_property
    def values(self) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The value of each cut in terms of those before it, and of each name after them."""
        program, cut_values, firsts = self.program, dict[str, Tensor](), dict[Tensor, str]()
        values = dict(program.forward_values)
        for line in program.backward:
            if not line.binds:
                continue
            name, short = line.name, program.cotangent(line, values)
            value = min(short, program.spelled_out.get(name, short), key=length)
            if is_heavy(value) or (name in self.cuts and is_work(value, program.reads[name])):
                first = firsts.setdefault(value, name)
                cut_values[first] = value
                value = held(first, value)
            values[name] = value
        return cut_values, values

    @cached_property
    def extractor(self) -> Extractor:
        cuts, values = self.values
        names = [*cuts, *(name for name in self.program.kept if name in values)]
        offered = self.program.forward_definitions
        known = {d.name: d for d in offered if d.name not in self.avoided}
        own = values | {name: narrowed(name, value) for name, value in cuts.items()}
        known |= {n: Definition(n, own[n], COTANGENT) for n in names if n not in known}
        parts = [Definition(n, value, COTANGENT) for n, (_, value) in self.parts.items()]
        arrays = [name for name in self.program.arguments if self.program.shapes[name]]
        definitions = Definitions([*known.values(), *parts], self.paid)
        wording, like = self.program.wording(definitions.known), arrays[0] if arrays else ""
        positive = self.program.positive
        apart = self.program.care.apart
        return Extractor(definitions, wording, like, apart, dict(self.found), positive)

    @cached_property
    def results(self) -> dict[str, Tensor]:
        """The values of the gradients, and those that statements put in place."""
        reader = self.program.reader(self.values[1])
        texts = {root(i): text for i, text in enumerate(self.program.gradients)}
        texts |= {root(line): line.text for line in self.program.backward if not line.binds}
        return {key: reader.read(text) for key, text in texts.items()}

    @cached_property
    def shared(self) -> Shared:
        cuts, _ = self.values
        done = {name: node for name, (node, _) in self.parts.items()}
        values = {k: t.value for k, t in (cuts | self.results).items() if k not in done}
        roots = done | {key: self.extractor.value(value) for key, value in values.items()}
        taken = {*self.program.shapes, *self.parts}
        names = (name for i in count() if (name := f"shared{i}") not in taken)
        naming = Naming(lambda: self.cotangent_texts, islice(names, MOST_SHARED))
        shared = share(roots, self.frames, naming, self.writer)
        if self.parts:
            shared = shared.of([*self.results], cuts)
        return self.with_gradients_named(shared)

    @cached_property
    def cotangent_texts(self) -> dict[str, tuple[str, bool]]:
        """The cotangents that keep no name here, by the texts of their values.

        One that lies the other way round than its text is said at the same cost in its own way.
        """
        cuts, values = self.values
        found: dict[str, tuple[str, bool]] = {}
        for name in self.program.bound_once:
            if name not in cuts and name not in self.program.kept:
                node = self.extractor.value(values[name].value)
                layout, own = self.writer.lies(node), laid_out(self.program.shapes[name])
                is_turned = layout != own
                if not is_turned or (layout[::-1] == own and self.is_as_short(node, own)):
                    found.setdefault(own_text(node, self.writer), (name, is_turned))
        return found

    def is_as_short(self, node: Node, layout: Layout) -> bool:
        """Whether the text of a node in a layout has no more views than in any other."""
        return self.writer.exact(node, layout).views <= self.writer.exact(node, layout[::-1]).views

    def with_gradients_named(self, shared: Shared) -> Shared:
        """A shared part that is the whole of a gradient is called by that gradient's name."""
        for i, argument in enumerate(self.program.arguments):
            node = shared.roots[root(i)]
            if isinstance(node, Ref) and node.name in shared.parts:
                shared = shared.renamed(node.name, f"b{argument}")
        return shared

    @cached_property
    def merged(self) -> Shared:
        """The same with a part that is the whole of a cut, or is one turned, called by its name."""
        shared = self.shared
        for name, value in self.values[0].items():
            node, own = shared.roots.get(name), laid_out(narrowed(name, value).shape)
            if not isinstance(node, Ref) or node.name not in shared.parts:
                continue
            if own in (node.layout, node.layout[::-1]):
                shared = shared.as_root(node.name, name, is_turned=node.layout != own)
        return shared

    def lines(self) -> list[Line]:
        """What is left of the backward part, each name before it is read."""
        done = [kept for line in self.program.backward if (kept := self.line(line)) is not None]
        return in_order([*done, *(Line(n, self.alone(n, self.merged)) for n in self.merged.parts)])

    def line(self, line: Line) -> Line | None:
        """A line as it is left; None for one that nothing needs."""
        cuts, _ = self.values
        if not line.binds:
            return replace(line, text=self.put(root(line)))
        if line.name in cuts and line.name in self.merged.roots:
            return Line(line.name, self.text(line.name, narrowed(line.name, cuts[line.name]).shape))
        return line if line.name in self.program.kept else None

    def text(self, key: str, shape: Shape) -> str:
        return self.writer.exact(self.merged.roots[key], laid_out(shape)).text

    def put(self, key: str) -> str:
        """The text of what is put in place, where it is spread by itself."""
        node, shape = self.merged.roots[key], self.results[key].shape
        if not node.labels or node.labels == {*long(laid_out(shape))}:
            return self.text(key, shape if node.labels else ())
        return self.writer.write(node, laid_out(shape)).text

    def alone(self, name: str, shared: Shared) -> str:
        """The text of a part that is shared."""
        return self.writer.exact(shared.parts[name], shared.frames[name]).text

    def gradient_texts(self) -> tuple[str, ...]:
        """Each gradient in the shape of its argument."""
        names = enumerate(self.program.arguments)
        return tuple(self.spread(root(i), self.results[root(i)].shape, name) for i, name in names)

    def spread(self, key: str, shape: Shape, argument: str) -> str:
        """The text of a gradient, filled up where it does not run along all axes."""
        node, frame = self.merged.roots[key], laid_out(shape)
        if node.labels == set(long(frame)):
            return self.text(key, shape)
        if is_zero(node):
            return f"np.zeros_like({argument})"
        return f"np.full_like({argument}, {self.writer.write(node, frame).text})"


def root(what: int | Line) -> str:
    """The key of a gradient, by its position, or of what a statement puts in place.

    It cannot be mistaken for a name.
    """
    return f"gradient {what}" if isinstance(what, int) else f"statement {what.code}"


def length(value: Tensor) -> tuple[int, int]:
    """How many axes it runs along, and how many terms it has."""
    return len(value.value.labels), len(value.value.terms)


def is_work(value: Tensor, reads: int) -> bool:
    """Whether it takes an operation on arrays, or several on numbers: reads of one count, too.

    A sign or a condition is left to who reads it.
    """
    match value.value.terms:
        case [(monomial, coefficient)] if not value.value.labels:
            operands = len(monomial.powers) + (abs(coefficient) != 1)
            return operands > 2 or (operands == 2 and reads > 2)
        case [(monomial, coefficient)]:
            arrays = [f for f, _ in monomial.powers if f.labels and not f.atom.is_condition]
            calls = any(f.atom.kind == "opaque" for f in arrays)
            return bool(arrays) and (abs(coefficient) != 1 or len(monomial.powers) > 1 or calls)
    return bool(value.value.labels) or len(value.value.terms) > 2
