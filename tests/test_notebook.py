"""Functions that are defined in the cells of a notebook."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import numpy as np
import pytest

from refactorer import Usage, refactor
from refactorer.notebooks.cells import as_file

CELLS = [
    "import numpy as np\nscale = 2.0",
    "%%time\ndef square(X):\n    # twice the same\n    return X * X",
    "%pwd\ndef loss(X):\n    return np.sum(square(X)) * scale",
]


def test_a_function_of_which_python_keeps_the_source_alone() -> None:
    text = "import numpy as np\n\n\ndef of_a_cell(X):\n    return np.sum(X * X)\n"
    linecache.cache["<a cell>"] = (len(text), None, text.splitlines(keepends=True), "<a cell>")
    namespace: dict[str, Any] = {}
    exec(compile(text, "<a cell>", "exec"), namespace)
    result = refactor(namespace["of_a_cell"])
    _, get_dX = result.function(np.array([1.0, 2.0]))
    np.testing.assert_allclose(get_dX(1.0), [2.0, 4.0])
    shown = result._repr_html_()
    assert text_of(shown).startswith(result.source)
    assert "<li>verified: the largest relative error is " in shown
    assert shown.count("<details>") == 1 + len(result.steps)
    assert all(step.why in unescape(shown) for step in result.steps)


def text_of(html: str) -> str:
    """The text of HTML, without its style."""
    return unescape(re.sub("<style>.*?</style>|<[^>]*>", "", html, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (["import a", "x = 1", "import a\nx = 2\nx = 1"], "import a\nx = 2\nx = 1\n"),
        (["def f():\n    return 1", "k = 2", "def f():\n    return k  # k"],
         "k = 2\ndef f():\n    return k  # k\n"),
        (["@g\ndef f(): pass", "f()", "no python", "# refactor-grad f\nx = 1"],
         "@g\ndef f(): pass\n"),
        (["get_ipython().run_cell_magic('time', '', 'x = 1; y = 2\\n')"], "x = 1\ny = 2\n"),
        (["get_ipython().run_cell_magic('writefile', 'a.py', 'x = 1')"], "\n"[1:]),
    ],
)  # fmt: skip
def test_cells_as_one_file(cells: list[str], text: str) -> None:
    assert as_file(cells) == text


@pytest.fixture
def shell() -> Iterator[Any]:
    interactive = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell
    interactive.clear_instance()
    shell = interactive.instance()
    shell.history_manager.enabled = False
    for cell in ["%load_ext refactorer", *CELLS]:
        assert shell.run_cell(cell, store_history=True).success
    yield shell
    interactive.clear_instance()


def next_cell(shell: Any, cell: str) -> str:
    """Run a cell as it is typed, and return what it puts into the next."""
    shell.rl_next_input = None
    assert shell.run_cell(cell, store_history=True).success
    return str(shell.rl_next_input or "")


def test_a_function_of_a_cell_reads_the_other_cells(shell: Any) -> None:
    shell.run_cell("import refactorer; result = refactorer.refactor(loss)", store_history=True)
    _, get_dX = shell.user_ns["result"].function(np.array([1.0, 2.0]))
    np.testing.assert_allclose(get_dX(1.0), [4.0, 8.0])
    assert "# twice the same" in shell.user_ns["result"].source
    shown, _ = shell.display_formatter.format(shell.user_ns["result"])
    assert shown["text/plain"] == shell.user_ns["result"].source
    assert text_of(shown["text/html"]).startswith(shown["text/plain"])


def test_a_function_of_a_cell_that_is_not_in_the_history(shell: Any) -> None:
    shell.run_cell("def unseen(X):\n    return np.sum(square(X))")
    assert "def unseen(X)" in refactor(shell.user_ns["unseen"]).source


def test_the_magic_puts_the_gradient_into_the_next_cell(shell: Any, capfd: Any) -> None:
    cell = "%%refactor_grad --wrt Y --shape X= --shape Y=n\n"
    cell += "def near(X, Y):\n    return np.sum(square(Y)) * X * scale"
    found = next_cell(shell, cell)
    assert found.startswith("# refactor-grad near --wrt Y --shape X= --shape Y=n\n")
    assert "import numpy" not in found
    assert shell.run_cell(found, store_history=True).success
    value, get_dY = shell.user_ns["near_with_gradient"](3.0, np.array([1.0, 2.0]))
    assert value == shell.user_ns["near"](3.0, np.array([1.0, 2.0]))
    np.testing.assert_allclose(get_dY(1.0), [12.0, 24.0])
    assert shell.user_ns["square"](2.0) == 4.0
    assert next_cell(shell, cell) == found
    assert "Traceback" not in capfd.readouterr().err


def test_the_magic_tells_what_was_assumed_and_what_is_wrong(shell: Any, capfd: Any) -> None:
    next_cell(shell, "%%refactor_grad\ndef dot(X, Y):\n    return np.sum(X * Y)")
    assert "assumed X, Y: arrays of one shape\nverified: " in capfd.readouterr().out
    assert not next_cell(shell, "%%refactor_grad\nx = 1")
    assert "the cell defines no function" in capfd.readouterr().err
    assert not next_cell(shell, "%%refactor_grad --wrt Z\ndef dot(X):\n    return np.sum(X)")
    assert "Z" in capfd.readouterr().err
    assert not next_cell(shell, "%%refactor_grad --wrt 'X\ndef dot(X):\n    return np.sum(X)")
    assert "No closing quotation" in capfd.readouterr().err
    cell = "%%refactor_grad\nk = 1\n@staticmethod\ndef twice(X):\n    assert k\n    try:\n"
    assert not next_cell(shell, f"{cell}        return X * 2\n    finally:\n        pass")
    assert "cell:6:5: a `try` block" in capfd.readouterr().err


def test_a_function_that_was_defined_anew(shell: Any) -> None:
    before = shell.user_ns["loss"]
    shell.run_cell("def loss(X):\n    return np.sum(X)", store_history=True)
    with pytest.raises(Usage, match="defined anew"):
        refactor(before)


NOTEBOOK = [
    "%load_ext refactorer\nimport numpy as np",
    "%%refactor_grad --wrt W\ndef layer(X, W):\n    return np.tanh(X @ W).sum()",
    "",
    "X, W = np.ones((3, 2)), np.full((2, 4), 0.1)\n"
    "value, get_dW = layer_with_gradient(X, W)\nget_dW(1.0).shape, bool(value == layer(X, W))",
    "import refactorer\nrefactorer.refactor(layer, shapes={'X': 'n,i', 'W': 'i,o'})",
    "%%refactor_grad\ndef hopeless(X):\n    return np.random.normal() * X",
]


@pytest.mark.filterwarnings("ignore")  # what a kernel's own packages warn of
def test_a_notebook_in_its_kernel() -> None:
    nbformat = pytest.importorskip("nbformat", reason="an extra installs it: notebook")
    nbclient = pytest.importorskip("nbclient", reason="an extra installs it: notebook")
    pytest.importorskip("ipykernel", reason="an extra installs it: notebook")
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, NOTEBOOK)])

    def take(cell: Any, cell_index: int, execute_reply: Any) -> None:
        """Write what is put into the next cell there, as what shows the notebook does."""
        for payload in execute_reply["content"].get("payload", ()):
            if payload["source"] == "set_next_input":
                notebook.cells[cell_index + 1].source = payload["text"]

    nbclient.NotebookClient(notebook, timeout=200, on_cell_executed=take).execute()
    _, asked, put, called, rich, refused = notebook.cells
    steps = asked.outputs[0].data["text/html"]
    assert ". Collect terms (" in text_of(steps)
    assert "def layer" not in text_of(steps).partition("1. tangent")[0]
    assert put.source.startswith("# refactor-grad layer --wrt W\ndef layer_with_gradient(X, W):")
    assert put.outputs == []
    assert called.outputs[0].data["text/plain"] == "((2, 4), True)"
    data = rich.outputs[0].data
    assert data["text/plain"].startswith("import numpy as np\n\n\ndef layer(X, W):")
    assert text_of(data["text/html"]).startswith(data["text/plain"])
    assert "random" in refused.outputs[0].text
    assert refused.outputs[0].name == "stderr"
