"""The page that --html writes: whole, by itself, and of lines that light up as they belong."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from commands import command

from refactorer.draft import Step
from refactorer.page.costs import cost_section
from refactorer.page.drawing import drawing
from refactorer.page.equations import equations
from refactorer.page.formulas import formula
from refactorer.page.graph import graph
from refactorer.page.layers import layers
from refactorer.page.markup import marked_up
from refactorer.page.operations import operations
from refactorer.page.origins import Origins, counterparts, told
from refactorer.page.statements import definitions

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
LOSS = '''\
import numpy as np


def loss(X, Y):
    """Where <script>alert("X & Y")</script> are near."""
    scale = np.sum(X * X) + 1.0
    near = np.sum(X * Y) / scale
    return 1 - near
'''
VOID = {"meta", "link", "br", "img", "input"}


class Reader(HTMLParser):
    """Reads a page: expects each element to be closed, and keeps the text of those with an id."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.text: dict[str, str] = {}
        self.origins: dict[str, list[str]] = {}
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.outside += [key for key in ("src", "href", "srcset", "action") if key in given]
        if tag not in VOID:
            self.open.append((tag, given.get("id") or ""))
        self.text.setdefault(given.get("id") or "", "")
        if given.get("data-from"):
            self.origins[str(given["id"])] = str(given["data-from"]).split()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, key in self.open:
            self.text[key] += data


def page(folder: Path, *arguments: str) -> tuple[str, Reader]:
    """Write a page and read it."""
    run = command(folder, "--html", "page.html", *arguments)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    text = (folder / "page.html").read_text("utf-8")
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return text, reader


@pytest.fixture
def losses(tmp_path: Path) -> Path:
    (tmp_path / "losses.py").write_text(LOSS)
    return tmp_path


def test_a_page_is_one_file_that_asks_for_nothing(losses: Path) -> None:
    text, reader = page(losses, "losses.py:loss")
    assert reader.outside == []
    assert not re.search(r"https?:|url\(|@import|fetch\(|import\(", text)
    assert "default-src 'none'" in text
    assert "<script>alert" not in text
    assert reader.text["original"] == LOSS.partition("\n\n\n")[2]
    assert {path.name for path in losses.iterdir()} == {"losses.py", "page.html"}


def test_a_page_shows_the_code_and_each_step(losses: Path) -> None:
    _, reader = page(losses, "losses.py:loss")
    printed = command(losses, "losses.py:loss", "--comments").stdout
    assert "# Grad of" in printed
    assert "# Grad of" not in reader.text["result"]
    assert ast.dump(ast.parse(reader.text["result"])) == ast.dump(ast.parse(printed))
    (result,) = json.loads(command(losses, "losses.py:loss", "--json").stdout)["results"]
    for number, step in enumerate(result["steps"], 1):
        shown = reader.text[f"step{number}"]
        assert step["why"] in shown
        assert f"{step['error']:.1e}" in shown
        new = {*step["after"].splitlines()} - {*step["before"].splitlines()}
        assert all(line in shown for line in new)
    assert f"step{len(result['steps']) + 1}" not in reader.text
    assert result["notes"][0] in reader.text[""]


def test_a_line_of_the_callback_names_the_lines_that_it_is_the_gradient_of(losses: Path) -> None:
    _, reader = page(losses, "losses.py:loss")
    lines = reader.text["result"].splitlines()
    (last,) = (k for k, line in enumerate(lines, 1) if "d_loss" in line and "return" in line)
    found = reader.origins[f"r{last}"]
    assert [key for key in found if key[0] == "u"] == ["u6", "u7", "u8"]
    ours = [lines[int(key[1:]) - 1].strip() for key in found if key[0] == "r"]
    assert ours[0].startswith("scale = ")
    assert ours[-1].startswith("return 1 - near, ")


def test_a_page_is_of_one_function_and_goes_with_no_other_output(losses: Path) -> None:
    judging = ["--against", "losses.py:loss"], ["--against-grad", "losses.py:loss"]
    for options in (["-o", "f.py"], ["--json"], ["-i"], ["--check"], ["--diff"], *judging):
        run = command(losses, "losses.py:loss", "--html", "page.html", *options)
        assert (run.returncode, run.stdout) == (2, "")
        assert "do not go together" in run.stderr
    run = command(losses, "losses.py:loss", "--html", "losses.py")
    assert run.returncode == 2
    assert "--html losses.py: it is the file that is read" in run.stderr
    assert command(losses, "losses.py:lost", "--html", "page.html").returncode == 2
    assert [path.name for path in losses.iterdir()] == ["losses.py"]


def test_helpers_stand_beside_their_code(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "composed.py", tmp_path)
    _, reader = page(tmp_path, "composed.py:cosine_loss", "--wrt", "X,Y")
    lines = reader.text["result"].splitlines()

    def theirs(line: str) -> list[str]:
        found = reader.origins[f"r{[text.strip() for text in lines].index(line) + 1}"]
        return [reader.text[key].strip() for key in found if key[0] == "u"]

    assert theirs("return (d_out / out) * X") == ["return np.sqrt(np.sum(X * X))"]
    assert theirs("d_product = -d_out / norms") == ["return 1 - product / (X_norm * Y_norm)"]
    calls = ["return division(dot(X, Y), norm(X), norm(Y))"]
    assert theirs("dX = backprop_X_norm(d_X_norm)") == calls


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
    found = told(LOOP)
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


def test_what_the_code_costs(losses: Path) -> None:
    _, reader = page(losses, "losses.py:loss")
    assert "value and gradient at n = 10,000" in reader.text["costs"]
    rows = reader.text["costs"].split("time", 1)[1]
    counts = re.findall(r"(tangent’s text|this code)(\d+)", rows)
    assert [name for name, _ in counts] == ["tangent’s text", "this code"]
    assert int(counts[1][1]) < int(counts[0][1])


@pytest.mark.parametrize("options", [["--name", "near"], ["--style", "grad"], ["--xp"]])
def test_a_function_that_is_called_otherwise_has_its_mathematics(
    losses: Path, options: list[str]
) -> None:
    text, reader = page(losses, "losses.py:loss", *options)
    assert text.count('<tr data-of="u6">') == 3
    assert "scale" in reader.text["graph"]


def test_a_form_of_another_package_has_no_costs(losses: Path) -> None:
    _, reader = page(losses, "losses.py:loss", "--style", "sklearn", "--wrt", "X")
    assert "costs" not in reader.text
    assert "class Loss" in reader.text["result"]


def test_costs_as_people_read_them() -> None:
    assert cost_section({}) == ""
    cost = {"name": "refactor-grad", "operations": None, "bytes": 12_340, "seconds": 0.0015}
    assert "<td>–</td><td>12.3 kB</td>" in cost_section({"sizes": {}, "costs": [cost]})
    assert "1.5 ms" in cost_section({"sizes": {}, "costs": [cost]})


PAGE = SAMPLES / "cosine_loss.html"


def lasting(text: str) -> str:
    """Return a page without what differs from run to run: what was measured."""
    text = re.sub(r'<section class="sheet" id="costs".*?</section>', "", text, flags=re.DOTALL)
    return re.sub(r"\d\.\de[-+]\d\d", "…", text)


def test_the_page_in_samples_is_what_is_written_now(tmp_path: Path, update_golden: bool) -> None:
    run = command(ROOT, "samples/losses.py:cosine_loss", "--html", str(tmp_path / "new.html"))
    assert run.returncode == 0, run.stderr
    new = (tmp_path / "new.html").read_text("utf-8")
    if update_golden and lasting(new) != lasting(PAGE.read_text("utf-8") if PAGE.exists() else ""):
        PAGE.write_text(new, "utf-8")
    assert lasting(PAGE.read_text("utf-8")) == lasting(new)
    assert 'id="costs"' in PAGE.read_text("utf-8")
    assert "(samples/cosine_loss.html)" in (ROOT / "README.md").read_text("utf-8")


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVE = """<script>
const said = [];
by("r10").focus();
said.push(all(".lit").map((line) => line.id).join(" "));
said.push(all(".node.lit").map((node) => node.dataset.name).join(" "));
said.push(by("dock").offsetHeight > 0 && all("#here math").length > 3);
said.push(all("#here tr.ours").length);
const node = all(".node").find((one) => one.dataset.name === "near");
node.focus();
said.push(all(".line.at").map((line) => line.id).join(" "));
document.activeElement.blur();
said.push(all(".lit").length);
for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft"])
  by("on").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
by("on").click();
said.push(all(".step").findIndex((step) => step.offsetHeight > 0));
said.push(all(".step").filter((step) => step.offsetHeight > 0).length);
said.push(document.documentElement.scrollWidth <= innerWidth);
document.title = said.join("|");
</script></body>"""


@pytest.mark.skipif(not CHROMIUM, reason="there is no chromium")
@pytest.mark.parametrize("width", [390, 1300])
def test_the_page_in_a_browser(losses: Path, width: int) -> None:
    text, reader = page(losses, "losses.py:loss")
    assert "r10" in reader.origins
    (losses / "driven.html").write_text(text.replace("</body>", DRIVE), "utf-8")
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    window = f"--window-size={width},900"
    profile = f"--user-data-dir={losses / 'profile'}"
    driven = (losses / "driven.html").as_uri()
    run = subprocess.run(
        [str(CHROMIUM), *options, window, profile, "--dump-dom", driven],
        capture_output=True,
        timeout=100,
        check=True,
    )
    assert b"CONSOLE" not in run.stderr
    title = re.search(r"<title>(.*?)</title>", run.stdout.decode())
    assert title
    lit, nodes, docked, ours, at, left, step, shown, fits = title[1].split("|")
    assert set(reader.origins["r10"]) <= set(lit.split())
    assert {"scale", "near", "loss"} <= set(nodes.split())
    assert (docked, ours, at) == ("true", "1", "u7")
    assert (left, step, shown, fits) == ("0", "2", "1", "true")
