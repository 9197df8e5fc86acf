"""Long functions and long expressions."""

from __future__ import annotations

import ast

import libcst as cst
import pytest

from refactorer.adjoint import Adjoint
from refactorer.arguments.hints.expression_ranks import ExpressionRanks
from refactorer.backward import inlining
from refactorer.refining.catalog import PIPELINE
from refactorer.rule import Example, Rule
from refactorer.syntax.rewriting import Transformer


def growing(contributions: int) -> Adjoint:
    """Return an adjoint with a sum of so many contributions."""
    lines = ["bx = bz * y"]
    for k in range(contributions):
        lines += [f"_bx{k} = bz * {k + 2}.0", f"bx = tangent.add_grad(bx, _bx{k})"]
    return Example("a long sum", "\n".join(lines), "", gradients=("bx",)).adjoint()


def rule_called(name: str) -> type[Rule]:
    return next(rule for rule in PIPELINE if rule.__name__ == name)


def test_a_sum_of_hundreds_of_contributions_stays_one_that_python_reads() -> None:
    adjoint = growing(300)
    put = rule_called("InlineTemporaries").apply(adjoint)
    assert "_bx" not in put.code
    assert len(ast.parse(put.code).body[0].body) < 150  # type: ignore[attr-defined]


def test_a_long_sum_that_grows_from_line_to_line_is_collected_as_one() -> None:
    terms = [f"bz * np.cos(y{k})" for k in range(240)]
    lines = [f"bx = {' + '.join(terms[:120])}", f"bx = bx + {' + '.join(terms[120:])}"]
    adjoint = Example("a long sum", "\n".join(lines), "", gradients=("bx",)).adjoint()
    collected = rule_called("CollectTerms").apply(adjoint)
    assert "bx + " not in collected.code
    assert all(f"np.cos(y{k})" in collected.code for k in range(240))


def test_a_sum_that_grows_is_not_read_anew_with_each_contribution(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(inlining, "replaced_text")
    assert "_bx" not in rule_called("InlineTemporaries").apply(growing(30)).code


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("bx = np.add(v, b)", "bx = np.add(a - c, b)"),
        ("bx = np.add(b, v)", "bx = np.add(b, a - c)"),
        ("bx = np.sum(v)", "bx = np.sum(a - c)"),
        ("bx = b - v", "bx = b - (a - c)"),
        ("bx = np.sum(b * v)", "bx = np.sum(b * (a - c))"),
        ("bx = v.T @ b", "bx = (a - c).T @ b"),
    ],
)
def test_a_value_takes_parentheses_where_it_needs_them(text: str, put: str) -> None:
    assert inlining.written_once(text, "v", "a - c") == put


class Doubled(Rule):
    """Doubles integers."""

    def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.Integer:
        return updated_node.with_changes(value=str(2 * int(updated_node.value)))


def test_a_statement_that_a_rule_leaves_alone_is_the_same_object() -> None:
    other, changed = cst.parse_module("x = y * z\nx = y * 3\n").body
    rule = Doubled({})
    assert [*rule.put(other)] == [other]
    (put,) = rule.put(changed)
    assert cst.Module([put]).code == "x = y * 6\n"


def test_what_no_expression_stands_in_is_not_made_anew() -> None:
    old = cst.parse_expression("x[1 : (y)] + -z * f(k=w, *v)")
    new = old.visit(Transformer())
    assert isinstance(old, cst.BinaryOperation)
    assert isinstance(new, cst.BinaryOperation)
    assert new.deep_equals(old)
    assert new.operator is old.operator


def test_ranks_are_told_of_a_long_chain_of_names_that_are_read_twice() -> None:
    lines = ["v0 = x", *(f"v{i} = v{i - 1} * v{i - 1}" for i in range(1, 2000))]
    assert ExpressionRanks.read(ast.parse("\n".join(lines)), {"x": 2}).of_names["v1999"] == 2
