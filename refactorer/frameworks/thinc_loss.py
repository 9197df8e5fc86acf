"""A Loss of thinc: the gradient by the guesses, and the loss, in that order."""

from __future__ import annotations

from textwrap import indent

from refactorer.frameworks.parts import (
    FormText,
    expect_number,
    head,
    imports,
    other_form,
    setting,
    suite,
    wanted_first,
)
from refactorer.frameworks.thinc import OFFERED, at_home, keyword, type_of
from refactorer.printing.page import Page
from refactorer.printing.styles import valued
from refactorer.request import printed_name

HINT = "Ask for the guesses with --wrt; the truths are the one other argument without a default"


def form(page: Page) -> FormText:
    """Return the class of the loss, and the function that configures it."""
    expect_number(page, "a loss of thinc")
    wanted, others = wanted_first(page)
    truths = [p for p in others if p.default is None]
    if len(wanted) != 1 or len(truths) != 1:
        raise other_form(page, "a loss of thinc is a function of guesses and truths", HINT)
    title = printed_name(page.adjoint.primal.target.name, "thinc-loss")
    defaults = {p.name: p.default for p in others if p.default is not None}
    settings = {"normalize": str(setting(page).adds_up), **defaults}
    own = ", ".join(keyword(*pair) for pair in settings.items())
    text = (
        f"class {title}(Loss):\n{head(page)}"
        f"    def __init__(self, *, {own}) -> None:\n"
        + "".join(f"        self.{name} = {name}\n" for name in settings)
        + methods(page, wanted[0].name, truths[0].name, [*defaults])
        + f'\n\n@registry.losses("{title}.v1")\n'
        f"def configure_{title}(*, {own}) -> {title}:\n"
        f"    return {title}({', '.join(f'{name}={name}' for name in settings)})\n"
    )
    return FormText(text, imports(text, OFFERED))


def methods(page: Page, guess: str, truth: str, settings: list[str]) -> str:
    """Return the text of `__call__`, which does the work, and of what returns one part of it."""
    kind = type_of(page, guess)
    given = f"(self, {guess}: {kind}, {truth}: {type_of(page, truth)})"
    alike = setting(page).inputs[guess].shape == setting(page).inputs[truth].shape
    page, lines, (gradient,) = valued(page.with_output)
    name = page.gradient_names[0]
    body = "".join(f"    {key} = self.{key}\n" for key in settings)
    body += suite([*page.function.work, *lines])
    body += f"    {name} = {gradient}\n" if name != gradient else ""
    work = at_home(page, body, f"get_array_module({guess})")
    one, other = (f"{n}.shape" if alike else f"{n}.shape[:1]" for n in (guess, truth))
    said = f"{guess} and {truth} do not fit: {{{guess}.shape}} and {{{truth}.shape}}"
    return f"""
    def __call__{given} -> tuple[{kind}, float]:
        if {one} != {other}:
            raise ValueError(f"{said}")
{indent(work, "    ")}        if self.normalize:
            return {name} / len({guess}), {page.output} / len({guess})
        return {name}, {page.output}

    def get_grad{given} -> {kind}:
        return self({guess}, {truth})[0]

    def get_loss{given} -> float:
        return self({guess}, {truth})[1]
"""
