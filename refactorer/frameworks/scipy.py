"""`fun(x, *args) -> (f, g)`, as scipy.optimize.minimize takes it with jac=True."""

from __future__ import annotations

from refactorer.frameworks.parts import (
    FormText,
    expect_number,
    importing,
    numpy_of,
    rank,
    signature,
    suite,
    unpacking,
    wanted_first,
)
from refactorer.printing.names.naming import free
from refactorer.printing.page import Page
from refactorer.printing.styles import valued
from refactorer.syntax.suites import Statement

PACK = """
def pack(*arrays):
    \"\"\"Return arrays as one vector, in which `minimize` starts: its x0.\"\"\"
    return {np}.concatenate([{np}.ravel(array) for array in arrays])


def unpack(x, shapes):
    \"\"\"Return the arrays of these shapes that are packed in a vector.\"\"\"
    sizes = [math.prod(shape) for shape in shapes]
    parts = {np}.split(x, {np}.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes)]


"""


def form(page: Page) -> FormText:
    """Return the function of one vector that returns its value and the gradient, a vector too."""
    expect_number(page, "scipy.optimize")
    wanted, _ = wanted_first(page)
    names = [p.name for p in wanted]
    numpy, imports = numpy_of(page)
    x = free(["x", "parameters"], page.taken)
    if [rank(page, name) for name in names] == [1]:
        return FormText(function(page, [names[0]], "", "{}"))
    if not any(rank(page, name) for name in names):
        return FormText(function(page, [x], unpacking(names, x), f"{numpy}.array([{{}}])"), imports)
    shapes = free(["shapes"], page.taken)
    first = unpacking(names, f"unpack({x}, {shapes})")
    text = function(page, [x, shapes], first, "pack({})")
    return FormText(PACK.format(np=numpy) + text, (*importing("import math"), *imports))


def function(page: Page, vector: list[str], first: str, packed: str) -> str:
    """Return the text of the function, whose first line unpacks its vector."""
    _, others = wanted_first(page)
    page, lines, gradients = valued(page)
    beside = packed.format(", ".join(gradients))
    page = page.fitting(beside)
    docstring, work = page.function.docstring, page.function.work
    last: list[Statement] = [*lines, page.returning(beside)]
    head = f"def {page.function.definition.name.value}"
    given = ", ".join(filter(None, [*vector, signature(others)]))
    return f"{head}({given}):\n{suite(docstring)}{first}{suite([*work, *last])}"
