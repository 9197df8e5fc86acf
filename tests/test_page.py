"""The page that --html writes: whole, by itself, and of lines that light up as they belong."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from commands import command
from pages import Reader

from refactorer.html.costs import cost_section

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
