"""Long functions and long expressions."""

from __future__ import annotations

import ast

from refactorer.catalog import PIPELINE
from refactorer.rule import Example


def test_a_sum_of_hundreds_of_contributions_stays_one_that_python_reads() -> None:
    lines = ["bx = bz * y"]
    for k in range(300):
        lines += [f"_bx{k} = bz * {k + 2}.0", f"bx = tangent.add_grad(bx, _bx{k})"]
    adjoint = Example("a long sum", "\n".join(lines), "", gradients=("bx",)).adjoint()
    rule = next(r for r in PIPELINE if r.__name__ == "InlineTemporaries")
    put = rule.apply(adjoint)
    assert "_bx" not in put.code
    assert len(ast.parse(put.code).body[0].body) < len(lines) / 4  # type: ignore[attr-defined]
