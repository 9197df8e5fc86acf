"""A torch.autograd.Function: forward, the tensors that it saves, and backward."""

from __future__ import annotations

from refactorer.frameworks.parts import (
    FormText,
    importing,
    named_output,
    outside,
    parameters,
    rank,
    refused,
    rehomed,
    returning,
    signature,
    suite,
    unpacking,
)
from refactorer.frameworks.tensors import on_tensors
from refactorer.printing.page import Page
from refactorer.request import printed_name
from refactorer.syntax.dataflow import needed, reads
from refactorer.syntax.expressions import code


def form(page: Page) -> FormText:
    """Return the Function and the function that applies it."""
    name = page.adjoint.primal.target.name
    title = printed_name(name, "thinc-layer")
    given = [p.name for p in parameters(page)]
    text = (
        f"class {title}(torch.autograd.Function):\n{methods(page)}\n\n"
        f"def {name}({signature(parameters(page))}):\n{suite(page.function.docstring)}"
        f"    return {title}.apply({', '.join(given)})\n"
    )
    moved, unknown = on_tensors(rehomed(text, page, {"scipy": "torch"}))
    if unknown:
        reason = f"torch has no function for `{unknown[0]}` as it is called here"
        raise refused(page, reason, "--style callback prints it in NumPy")
    return FormText(moved, importing("import math", "import torch"))


def methods(page: Page) -> str:
    """Return the text of the three methods: the backward one computes again what it reads."""
    given = [p.name for p in parameters(page)]
    *lines, _ = page.lines(page.pullback(page.all, indent=8), page.all)
    gradients = [code(result) for result in page.pullback(page.all, indent=8).results]
    texts = dict(zip(page.adjoint.primal.wrt, gradients, strict=True))
    back = ", ".join(texts.get(name, "None") for name in given)
    last = returning(back)
    output = named_output(page)
    read = {*outside(page, [*lines, last])} - {output}
    work = page.function.work_for(read)
    forward = [*needed(page.function.work, reads(page.function.result)), page.function.last]
    live = {name for s in [*work, *lines, last] for name in reads(s)}
    kept = [n for n in [*given, output] if n in live]
    return (
        f"    @staticmethod\n    def forward({', '.join(given)}):\n{suite(forward, 2)}\n"
        f"    @staticmethod\n    def setup_context(ctx, inputs, output):\n{saved(page, kept)}\n"
        f"    @staticmethod\n    def backward(ctx, {page.adjoint.seed}):\n"
        f"{restored(page, kept)}{suite([*work, *lines, last], 2)}"
    )


def tensors(page: Page) -> list[str]:
    """Return what is a tensor: arrays, what is differentiated by, and an output with a name.

    What has a default may be a number too, and is kept in another way.
    """
    wrt = page.adjoint.primal.wrt
    own = [
        p.name
        for p in parameters(page)
        if p.name in wrt or (rank(page, p.name) and p.default is None)
    ]
    return [*own, *filter(None, [named_output(page)])]


def saved(page: Page, kept: list[str]) -> str:
    """Return the lines that save the arguments: tensors in one way, all else in another."""
    given = [p.name for p in parameters(page)]
    own = [name for name in tensors(page) if name in kept]
    if own == given:
        return "        ctx.save_for_backward(*inputs)\n"
    taken = [name if name in kept else "_" for name in given]
    lines = [unpacking(taken, "inputs").strip()] if set(taken) != {"_"} else []
    if own:
        places = [name if name in given else "output" for name in own]
        lines.append(f"ctx.save_for_backward({', '.join(places)})")
    lines += [f"ctx.{name} = {name}" for name in kept if name not in own]
    return "".join(f"        {line}\n" for line in lines or ["pass"])


def restored(page: Page, kept: list[str]) -> str:
    """Return the lines that give the arguments their names again."""
    own = [name for name in tensors(page) if name in kept]
    lines = [f"        {n} = ctx.{n}\n" for n in kept if n not in own]
    return (f"    {unpacking(own, 'ctx.saved_tensors')}" if own else "") + "".join(lines)
