"""A loss as scikit-learn's linear models hold theirs: of coefficients, data and labels."""

from __future__ import annotations

from refactorer.frameworks.parts import (
    FormText,
    expect_number,
    head,
    other_form,
    returning,
    signature,
    suite,
    wanted_first,
)
from refactorer.printing.page import Page
from refactorer.printing.styles import valued
from refactorer.request import printed_name
from refactorer.syntax.dataflow import needed, reads
from refactorer.syntax.suites import Statement


def form(page: Page) -> FormText:
    """Return the class with the methods loss, gradient and loss_gradient."""
    expect_number(page, "scikit-learn")
    wanted, others = wanted_first(page)
    if len(wanted) > 1:
        reason = "scikit-learn's losses keep all coefficients in one array"
        raise other_form(page, reason, "Ask for one with --wrt, or use --style scipy")
    given = f"(self, {signature([*wanted, *others])})"
    name = printed_name(page.adjoint.primal.target.name, "sklearn")
    methods = [
        f"    def {method}{given}:\n{suite(lines, 2)}"
        for method, lines in (
            ("loss", value(page)),
            ("gradient", gradient(page)),
            ("loss_gradient", both(page)),
        )
    ]
    return FormText(f"class {name}:\n{head(page)}" + "\n".join(methods))


def value(page: Page) -> list[Statement]:
    """Return the lines that compute the value."""
    function = page.function
    return [*needed(function.work, reads(function.result)), function.last]


def gradient(page: Page) -> list[Statement]:
    """Return the lines that compute the gradient."""
    page, lines, gradients = valued(page, named=False)
    lines = [*lines, returning(gradients[0])]
    return [*page.function.work_for({name for line in lines for name in reads(line)}), *lines]


def both(page: Page) -> list[Statement]:
    """Return the lines that compute the value and the gradient."""
    page, lines, gradients = valued(page)
    page = page.fitting(gradients[0])
    return [*page.function.work, *lines, page.returning(gradients[0])]
