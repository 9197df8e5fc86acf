"""The parts of the page: origins of lines, operations, marked up code, mathematics, the graph."""

from __future__ import annotations

import ast
import re
from html import unescape
from itertools import pairwise

import pytest
from pages import Reader

from refactorer.draft import Step
from refactorer.html.drawing import drawing
from refactorer.html.equations import equations
from refactorer.html.formulas import formula
from refactorer.html.graph import graph
from refactorer.html.layers import layers
from refactorer.html.markup import marked_up
from refactorer.html.operations import operations
from refactorer.html.origins import Origins, code_and_comments, counterparts
from refactorer.html.statements import definitions

LOOP = """\
def f(X, flag):
    hs = [X]
    for t in range(3):
        X = X * X
        hs.append(X)
    if flag:
        X = X + 1

    def get_dX(dX):
        if flag:
            dX = dX * 1
        double = 2 * dX
        # Grad of: for t in range(3):
        for t in reversed(range(3)):
            dX = double * hs[t]
        # Grad of: the user's own remark
        return dX

    return X, get_dX
"""


def test_what_has_no_remark_belongs_with_what_reads_it_or_has_its_condition() -> None:
    found = code_and_comments(LOOP)
    assert "the user's own remark" in found.code
    assert "Grad of: for" not in found.code
    lines = Origins(definitions(found.code)["f"], found.remarks).of_lines()
    loop, branch = frozenset({3, 4, 5}), frozenset({6, 7})
    assert [lines[n] for n in (10, 11)] == [branch] * 2
    assert [lines[n] for n in (12, 13, 14, 16)] == [loop] * 4


def test_a_new_name_stands_for_a_part_of_what_reads_it() -> None:
    ours = "def f(X):\n    kept = []\n    part = X * X\n    for i in X:\n        kept.append(i)\n"
    ours += "    y = part + 1\n    return y, g\n"
    theirs = "def f(X):\n    for i in X:\n        pass\n    y = X * X + 1\n    return y\n"
    pairs = counterparts(definitions(ours)["f"], definitions(theirs)["f"])
    assert sorted(pairs) == [(2, 2), (3, 4), (4, 2), (6, 4), (7, 5)]


def test_a_name_for_what_is_returned_early_stands_for_that_return() -> None:
    ours = "def f(X):\n    if X:\n        out = a(X)\n    else:\n        out = b(X)\n"
    ours += "    return out, g\n"
    theirs = "def f(X):\n    if X:\n        return a(X)\n    return b(X)\n"
    pairs = counterparts(definitions(ours)["f"], definitions(theirs)["f"])
    assert {(3, 3), (5, 4)} <= {*pairs}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("y = -x + np.sum(x) * 2", 4),
        ("y = x[-1]", 0),
        ("assert np.any(x)\nfor i in range(len(x)):\n    y += x", 1),
        ("hs.append(np.shape(x))", 0),
    ],
)
def test_what_counts_as_an_operation(text: str, count: int) -> None:
    assert operations(text) == count


@pytest.mark.parametrize(
    "text",
    [
        'x = """a\n<b>"""\n',
        "if x:  # <b>\n  y = f'{x}<'\n",
        "x = (\n",
        "x = '\x0c'  # \u2028\ny = 1\n",
    ],
)
def test_marked_up_lines_have_the_text(text: str) -> None:
    reader = Reader()
    reader.feed('<pre id="x">' + "\n".join(marked_up(text)) + "\n</pre>")
    assert reader.text["x"] == text


def shown(markup: str) -> str:
    """Return the text of a formula, fractions and roots as Python has them."""
    reader = Reader()
    reader.feed(f'<math id="x">{markup}</math>')
    assert reader.open == []
    markup = re.sub(r"<mfrac><mrow>(.*?)</mrow><mrow>(.*?)</mrow></mfrac>", r"[\1/\2]", markup)
    markup = re.sub(r"<msup>(.*?)<m[nio]>(.)</m[nio]></msup>", r"\1^\2", markup)
    markup = markup.replace('<mi class="over">', "~").replace("<msqrt>", "√")
    return unescape(re.sub("<[^>]*>", "", markup))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("g * (1 - y * y)", "g·(1−y^2)"),
        ("(a + b) / X_norm", "[a+b/Xnorm]"),
        ("a - (b - c)", "a−(b−c)"),
        ("-a * b", "−a·b"),
        ("X.T @ W", "X^⊤W"),
        ("np.sqrt(np.sum(x, axis=1, keepdims=True))", "√∑1x"),
        ("g.sum(axis=0)", "∑0g"),
        ("np.abs(x)[:, None]", "|x|"),
        ("x[t, 1:]", "xt,1:"),
        ("np.broadcast_to(g, np.shape(x))", "g·𝟏"),
        ("np.where(x > 0, x, alpha)", "{xif\xa0x>0αelse"),
        ('np.einsum("ij,ij->i", g, x)', "∑jgij·xij"),
        ("np.log1p(np.exp(x))", "log(1+ex)"),
    ],
)
def test_expressions_as_mathematics(code: str, text: str) -> None:
    assert shown(formula(ast.parse(code, mode="eval").body, {})) == text


BACK = """\
def dfdx(x, w, bv2=1.0):
    v1 = x * x
    y = np.tanh(v1)
    y_2 = y * w
    v2 = np.sum(y_2)
    by_2 = np.broadcast_to(bv2, np.shape(y_2))
    by = by_2 * w
    bv1 = by * (1 - y * y)
    bx = bv1 * x
    _bx = bv1 * x
    bx = tangent.add_grad(bx, _bx)
    return bx
"""


def test_each_operation_beside_what_comes_back_through_it() -> None:
    theirs = "def f(x, w):\n    y = np.tanh(x * x)\n    y = y * w\n    return np.sum(y)\n"
    raw = BACK.replace("by_2 * w", "tangent.unbroadcast(by_2 * w, y)")
    inlined = BACK.replace("    by_2 = np.broadcast_to(bv2, np.shape(y_2))\n", "")
    texts = ["", raw, BACK, inlined]
    steps = [Step("R", "", a, b, 0.0, True) for a, b in pairwise(texts)]
    found = [*equations(steps, definitions(theirs), {"f": "loss"})]
    assert [(sorted(e.lines), shown(e.forward), [shown(b) for b in e.backward]) for e in found] == [
        ([2], "v1=x^2", ["~x+=2·~v1·x"]),
        ([2], "y=tanh(v1)", ["~v1=~y·(1−y^2)"]),
        ([3], "y′=y·w", ["~y=~y′·w"]),
        ([4], "loss=∑y′", ["~y′=~loss·𝟏"]),
    ]


def test_the_graph_of_what_reads_what() -> None:
    text = "def f(X, h, W, unused):\n    hs = []\n    for x in X:\n        z = x @ W + h\n"
    text += "        h = z * h\n        hs.append(h)\n    spare = W\n    return sum(hs)\n"
    found = {node.name: node for node in graph(definitions(text)["f"], "out")}
    assert [*found] == ["X", "W", "x", "z", "h", "hs", "out"]
    assert found["z"].reads == {"x", "W", "h"}
    assert found["h"].reads == {"z", "h"}
    assert found["h"].lines == {5}
    assert found["hs"].lines == {2, 6}
    laid = layers([*found.values()])
    level = {name: k for k, row in enumerate(laid.rows) for name, _ in row[::-1]}
    assert level["x"] < level["z"] < level["h"] < level["out"]
    assert ("h", "z") not in laid.ways
    picture = drawing([*found.values()], "u")
    assert picture.count("<rect") == len(found)
    assert picture.count('class="edge"') == sum(len(node.reads) for node in found.values())


def test_a_way_past_a_layer_has_its_place_there() -> None:
    text = "def f(a):\n    b = a * 2\n    c = b * 2\n    return a + c\n"
    laid = layers(graph(definitions(text)["f"], "out"))
    assert laid.rows[1:3] != ((("b", 1),), (("c", 2),))
    assert laid.ways["a", "out"] == (("a", 0), ("a", 1), ("a", 2), ("out", 3))
