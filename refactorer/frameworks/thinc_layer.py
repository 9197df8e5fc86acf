"""A Model of thinc: forward and backprop, parameters, and the dims that its shapes have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import libcst as cst

from refactorer.frameworks.parts import (
    FormText,
    imports,
    other_form,
    parameters,
    rank,
    returns_number,
    setting,
    suite,
    unpacking,
)
from refactorer.frameworks.thinc import OFFERED, array_type, at_home, keyword, type_of
from refactorer.printing.page import Page
from refactorer.request import printed_name
from refactorer.syntax.dataflow import reads

NAME = re.compile(r"[^\W\d]\w*")
ONES = """
def ones_init(ops, shape):
    return ops.xp.ones(shape, dtype="f")


"""


def form(page: Page) -> FormText:
    """Return the factory of the layer, its forward function, and what initialises it."""
    if page.is_tuple:
        raise other_form(page, "a layer of thinc returns one array", "Write a function for each")
    if returns_number(page):
        raise other_form(
            page, "a layer of thinc returns an array", "--style thinc-loss returns a number"
        )
    layer = Layer(page)
    text = "\n\n".join([layer.factory, layer.forward, *([layer.init] if layer.params else [])])
    if "ones_init" in text:
        text = ONES + text
    return FormText(text, imports(text, OFFERED))


@dataclass(frozen=True)
class Layer:
    """A function as a layer; arguments that are no parameters and have defaults are attributes."""

    page: Page

    @property
    def name(self) -> str:
        """The name of the user's function."""
        return self.page.adjoint.primal.target.name

    @property
    def params(self) -> tuple[str, ...]:
        """The names of the parameters, in the order in which they are differentiated."""
        asked = setting(self.page).params
        return tuple(name for name in self.page.adjoint.primal.wrt if name in asked)

    @property
    def attributes(self) -> dict[str, str]:
        """The arguments that have defaults."""
        return {
            p.name: p.default
            for p in parameters(self.page)
            if p.default is not None and p.name not in self.params
        }

    @property
    def inputs(self) -> list[str]:
        """The arguments that the layer before gives."""
        own = {*self.params, *self.attributes}
        return [p.name for p in parameters(self.page) if p.name not in own]

    @property
    def input_type(self) -> str:
        """The type of what the layer is given."""
        types = [type_of(self.page, name) for name in self.inputs]
        return types[0] if len(types) == 1 else f"tuple[{', '.join(types)}]"

    @property
    def output_type(self) -> str:
        """The type of what the layer returns."""
        seed = self.page.adjoint.shapes.get(self.page.adjoint.seed)
        return array_type(len(seed.shape)) if seed else "FloatsXd"

    @property
    def model(self) -> str:
        """The type of the model."""
        return f"Model[{self.input_type}, {self.output_type}]"

    @cached_property
    def width(self) -> str:
        """The size of the last axis of the output, "" if no argument has it."""
        shapes, found = self.page.adjoint.shapes, dict[int, str]()
        for name, drawn in setting(self.page).inputs.items():
            if name in shapes and len(shapes[name].shape) == len(drawn.shape):
                found |= dict(zip(shapes[name].shape, drawn.shape, strict=True))
        seed = shapes.get(self.page.adjoint.seed)
        return found.get(seed.shape[-1], "") if seed and seed.shape else ""

    @cached_property
    def dims(self) -> dict[str, str]:
        """The names of the dims, by the sizes in the shapes of parameters: nI of what comes in."""
        inputs = setting(self.page).inputs
        sizes = [s for name in self.params for s in inputs[name].shape]
        named = dict.fromkeys(name for size in sizes for name in NAME.findall(size))
        wide = inputs[self.inputs[0]].shape[-1:] if self.inputs else ()
        known = {self.width: "nO"} | dict.fromkeys(wide, "nI")
        return {s: known.get(s, f"n{s[0].upper()}{s[1:]}") for s in named}

    @property
    def dim_values(self) -> dict[str, str]:
        """The dims of the model and their values: the width of the output is a dim in any case."""
        found = {dim: dim for dim in sorted(self.dims.values(), reverse=True)}
        return {"nO": self.dims[self.width], **found} if self.width in self.dims else found

    @property
    def factory(self) -> str:
        """The text of the function that makes the layer."""
        dims = sorted(self.dims.values(), reverse=True)
        keywords = [f"init_{name}: Callable | None = None" for name in self.params]
        keywords += [keyword(name, default) for name, default in self.attributes.items()]
        given = [f"{dim}: int | None = None" for dim in dims]
        given += ["*", *keywords] if keywords else []
        made = [repr(self.name), f"{self.name}_forward"]
        if self.params:
            inits = [f"init_{n} or {self.initializer(n)}" for n in self.params]
            made += [f"init=partial({self.name}_init, {', '.join(inits)})"]
            made += [f"dims={{{', '.join(f'{k!r}: {v}' for k, v in self.dim_values.items())}}}"]
            made += [f"params={{{', '.join(f'{n!r}: None' for n in self.params)}}}"]
        if self.attributes:
            made += [f"attrs={{{', '.join(f'{n!r}: {n}' for n in self.attributes)}}}"]
        title = printed_name(self.name, "thinc-layer")
        comma = "," if keywords else ""
        return (
            f'@registry.layers("{title}.v1")\n'
            f"def {title}({', '.join(given)}{comma}) -> {self.model}:\n"
            f"{suite(self.page.function.docstring)}    return Model({', '.join(made)},)\n"
        )

    def initializer(self, name: str) -> str:
        """Return what a parameter starts from: a factor from ones, what is added from zeros."""
        if rank(self.page, name) > 1:
            return "glorot_uniform_init"
        wrt = self.page.adjoint.primal.wrt
        through = [wrt.index(n) for n in self.inputs if n in wrt]
        found = self.page.pullback(through, indent=8) if through else None
        nodes = [*found.statements, *found.results] if found else []
        is_factor = any(name in reads(node) for node in nodes)
        return "ones_init" if is_factor else "zero_init"

    @property
    def forward(self) -> str:
        """The text of the function that computes the output, and of its callback."""
        given = self.inputs[0] if len(self.inputs) == 1 else "inputs"
        first = "" if len(self.inputs) == 1 else unpacking(self.inputs, given)
        for name in self.params:
            first += f'    {name} = cast({type_of(self.page, name)}, model.get_param("{name}"))\n'
        for name in self.attributes:
            first += f'    {name} = model.attrs["{name}"]\n'
        page = self.page.fitting("backprop")
        last = page.returning("backprop")
        body = f"{first}{suite(page.function.work)}\n{self.backprop}\n{suite([last])}"
        return (
            f"def {self.name}_forward(model: {self.model}, {given}: {self.input_type}, "
            f"is_train: bool) -> tuple[{self.output_type}, Callable]:\n"
            f"{at_home(page, body, 'model.ops.xp')}"
        )

    @property
    def backprop(self) -> str:
        """The text of the callback, which adds to the gradients of the parameters."""
        wrt = self.page.adjoint.primal.wrt
        found = self.page.pullback(self.page.all, indent=8)
        for k in self.page.all:
            found = found.unnamed(k)
        *lines, _ = self.page.lines(found, self.page.all)
        texts = dict(zip(wrt, map(cst.Module([]).code_for_node, found.results), strict=True))
        added = "".join(f'        model.inc_grad("{n}", {texts[n]})\n' for n in self.params)
        back = [texts.get(name, "None") for name in self.inputs]
        return (
            f"    def backprop({self.page.adjoint.seed}: {self.output_type}) -> "
            f"{self.input_type}:\n{suite(lines, 2)}{added}        return {', '.join(back)}\n"
        )

    @property
    def init(self) -> str:
        """The text of the function that sets dims and parameters."""
        inputs = setting(self.page).inputs
        inits = [f"init_{name}: Callable" for name in self.params]
        given = f"X: {self.input_type} | None = None, Y: {self.output_type} | None = None"
        text = f"def {self.name}_init({', '.join(inits)}, model: {self.model}, {given}) -> None:\n"
        seen = [line for size, dim in self.dims.items() for line in self.sizes_of(size, dim)]
        if seen:
            text += "    if X is not None:\n" + "".join(f"        {line}\n" for line in seen)
        if self.dims.get(self.width) == "nO":
            text += '    if Y is not None:\n        model.set_dim("nO", Y.shape[-1])\n'
        for name in self.params:
            sizes = [self.size(text) for text in inputs[name].shape]
            shape = f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
            text += f'    model.set_param("{name}", init_{name}(model.ops, {shape}))\n'
        return text

    def sizes_of(self, size: str, dim: str) -> Iterable[str]:
        """Yield the line that sets a dim, if an input has it for an axis."""
        inputs = setting(self.page).inputs
        places = [(k, n) for k, n in enumerate(self.inputs) if size in inputs[n].shape]
        for k, name in places[:1]:
            shape = inputs[name].shape
            axis = -1 if size == shape[-1] else shape.index(size)
            value = f"{f'X[{k}]' if len(self.inputs) > 1 else 'X'}.shape[{axis}]"
            yield f'model.set_dim("{dim}", {value})'
            if dim == "nI" and size == self.width:
                yield f'model.set_dim("nO", {value})'

    def size(self, text: str) -> str:
        """Return the text of a size, whose names are dims of the model."""
        return NAME.sub(lambda m: f'model.get_dim("{self.dims[m[0]]}")', text)
