"""A primitive of autograd, and its VJPs, which are primitives too: none of them is traced."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from refactorer.frameworks.parts import (
    FormText,
    imports,
    named_output,
    outside,
    parameters,
    signature,
    suite,
)
from refactorer.printing.names.naming import free
from refactorer.printing.page import Page
from refactorer.syntax.dataflow import needed, reads

OFFERED = {"autograd.extend": ("defvjp", "defvjp_argnums", "primitive")}


def form(page: Page) -> FormText:
    """Return the primitive, what pulls a cotangent back, and what makes that known."""
    name, function = page.adjoint.primal.target.name, page.function
    names = [p.name for p in parameters(page)]
    numbers = [names.index(n) for n in page.adjoint.primal.wrt]
    first = [*function.docstring, *needed(function.work, reads(function.result)), function.last]
    made = (
        jointly(page, numbers)
        if len(numbers) > 1 and has_suites(page)
        else pullback_texts(page, numbers)
    )
    text = f"@primitive\ndef {name}({signature(parameters(page))}):\n{suite(first)}\n\n{made}"
    return FormText(text, imports(text, OFFERED))


def has_suites(page: Page) -> bool:
    """Tell whether a loop or a branch is run back, which is done once for all gradients."""
    return any(isinstance(s, cst.BaseCompoundStatement) for s in page.adjoint.backward.body)


def pullback_texts(page: Page, numbers: list[int]) -> str:
    """Return the text of a pullback for each gradient, and of the line that makes them known."""
    name = page.adjoint.primal.target.name
    titles = [free([f"{name}_{gradient}"], page.taken) for gradient in page.gradient_names]
    pullbacks = "\n\n".join(pulling(page, [k], title) for k, title in enumerate(titles))
    given, passed = signature(parameters(page)), ", ".join(p.name for p in parameters(page))
    g, ans = (free([name], page.taken) for name in ("g", "ans"))
    makers = [f"lambda {ans}, {given}: lambda {g}: {t}({g}, {ans}, {passed})" for t in titles]
    places = "" if numbers == [*range(len(numbers))] else f", argnums={numbers}"
    return f"{pullbacks}\n\ndefvjp({name}, {', '.join(makers)}{places})\n"


def jointly(page: Page, numbers: list[int]) -> str:
    """Return the text of one pullback for all gradients, and of what makes it known."""
    name = page.adjoint.primal.target.name
    places = ", ".join(map(str, numbers))
    return f"""{pulling(page, page.all, f"{name}_pullback")}

def {name}_vjp(argnums, ans, args, kwargs):
    def vjp(g):
        gradients = {name}_pullback(g, ans, *args, **kwargs)
        by_argnum = dict(zip(({places}), gradients))
        return tuple(by_argnum[argnum] for argnum in argnums)

    return vjp


defvjp_argnums({name}, {name}_vjp)
"""


def pulling(page: Page, wanted: Sequence[int], title: str) -> str:
    """Return the text of the function of a cotangent, the output and the arguments."""
    lines = page.lines(page.pullback(wanted, indent=4), wanted)
    known = named_output(page) or free(["ans"], page.taken)
    work = page.function.work_for({*outside(page, lines)} - {known})
    given = f"{page.adjoint.seed}, {known}, {signature(parameters(page))}"
    return f"@primitive\ndef {title}({given}):\n{suite([*work, *lines])}"
