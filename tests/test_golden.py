"""What is printed for each sample: read in review like code, and judged again here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from refactorer.judging.verify import judge
from refactorer.pipeline.run import refactor, silent
from refactorer.request import FRAMEWORKS, PACKAGES, STYLES, Request

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden"

ROWS = {"X": ("n", "d"), "gain": ("d",), "bias": ("d",)}
DENSE = {"X": ("n", "i"), "W": ("o", "i"), "b": ("o",)}
REGRESSION = {"w": ("d",), "X": ("n", "d"), "y": ("n",)}
SHAPES: dict[str, dict[str, tuple[str, ...]]] = {
    "cosine_loss_rows": {"guess": ("n", "d"), "truth": ("n", "d")},
    "affine": DENSE,
    "tanh_layer": DENSE,
    "softmax": {"X": ("n", "d")},
    "layer_norm": ROWS,
    "rms_norm": {"X": ("n", "d"), "gain": ("d",)},
    "ridge": REGRESSION,
    "logistic_loss": REGRESSION,
    "exponential_fit": {"a": (), "b": (), "c": (), "t": ("n",), "y": ("n",)},
}
SHAPES |= {
    "rnn": {"X": ("t", "n", "i"), "h": ("n", "o"), "W": ("i", "o"), "U": ("o", "o"), "b": ("o",)},
    "gru": {
        "X": ("t", "n", "i"),
        "h": ("n", "o"),
        "Wz": ("i", "o"),
        "Uz": ("o", "o"),
        "Wh": ("i", "o"),
        "Uh": ("o", "o"),
    },
    "mean_of_sequences": {"X": ("n", "d"), "lengths": ("b",)},
    "cross_entropy": {"logits": ("n",), "targets": ("n",), "weight": ("n",)},
    "attention": {"Q": ("n", "d"), "K": ("m", "d"), "V": ("m", "o")},
}
WRT = {"square_root": ("a",), "mean_of_sequences": ("X",)}
PLAIN = tuple(style for style in STYLES if style not in FRAMEWORKS)
EVERY_STYLE = ("L2_norm", "dot", "cosine_division", "cosine_loss", "cosine_loss_rows", "rnn")


# Samples in the forms that other packages expect, and what is asked for.
PLACED: dict[tuple[str, str], dict[str, Any]] = {
    ("exponential_fit", "scipy"): {"wrt": ("a", "b", "c")},
    ("logistic_loss", "sklearn"): {"wrt": ("w",)},
    ("tanh_layer", "thinc-layer"): {"params": ("W", "b")},
    ("rnn", "thinc-layer"): {"params": ("W", "U", "b")},
    ("cosine_loss_rows", "thinc-loss"): {"wrt": ("guess",)},
    ("cosine_loss", "jax"): {"wrt": ("X", "Y")},
    ("rnn", "jax"): {"wrt": ("all",)},
    ("tanh_layer", "torch"): {"wrt": ("all",)},
    ("cosine_loss", "autograd"): {"wrt": ("X", "Y")},
}
FILES = {"cosine_loss": "losses"}  # one of two samples of that name


def functions() -> list[tuple[Path, str]]:
    """The functions of samples/, in the order of the files."""
    return [
        (path, node.name)
        for path in sorted((ROOT / "samples").glob("*.py"))
        if path.stem != "by_hand"  # gradients, to be judged
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    ]


def requests() -> list[Request]:
    """Each sample with respect to all its floats; the functions of the post in each style."""
    return [
        Request(str(path), name, WRT.get(name, ("all",)), SHAPES.get(name, {}), style=style)
        for path, name in functions()
        for style in (PLAIN if name in EVERY_STYLE else PLAIN[:1])
    ] + [*placed()]


def placed() -> Iterator[Request]:
    """The samples that are printed in the forms of other packages."""
    for path, name in functions():
        for (sample, style), asked in PLACED.items():
            if name == sample and path.stem == FILES.get(name, path.stem):
                yield Request(str(path), name, shapes=SHAPES.get(name, {}), style=style, **asked)


@pytest.mark.parametrize("request_", requests(), ids=lambda r: f"{r.name}-{r.style}")
def test_golden(request_: Request, update_golden: bool) -> None:
    package = PACKAGES.get(request_.style)
    if package and find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    draft = refactor(request_, silent)
    path = GOLDEN / f"{Path(request_.file).stem}.{request_.name}.{request_.style}.py"
    if update_golden:
        path.write_text(draft.text)
    verdict = judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    )
    assert verdict.right, verdict.reason
    assert draft.text == path.read_text()


def test_every_golden_file_is_of_a_sample() -> None:
    names = {f"{Path(r.file).stem}.{r.name}.{r.style}.py" for r in requests()}
    assert {path.name for path in GOLDEN.glob("*.py")} == names
