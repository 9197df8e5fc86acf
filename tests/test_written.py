"""Functions as people write them, printed and judged as the command does it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from refactorer.draft import Note, Step
from refactorer.judging.verify import judge
from refactorer.pipeline.run import refactor
from refactorer.request import Request

NUMERICS = Path(__file__).parent / "written" / "numerics.py"
FILES = sorted((Path(__file__).parent / "written").glob("*.py"))
TAKE_FUNCTIONS = {
    "early",
    "leapfrog",
    "one_hot",
    "rk4_step",
}  # and are called by those that are printed
WRITTEN = [
    pytest.param(file, s.name, id=f"{file.stem}:{s.name}")
    for file in FILES
    for s in ast.parse(file.read_text()).body
    if isinstance(s, ast.FunctionDef) and not s.name.startswith("make_")
    if s.name not in TAKE_FUNCTIONS
]


def shaped(shapes: str, at: dict[str, str] | None = None) -> dict[str, Any]:
    """Return what `--shape` and `--at` say, from "X=n,d y=n"."""
    pairs = (one.split("=") for one in shapes.split())
    sizes = {name: tuple(given.split(",")) if given else () for name, given in pairs}
    return {"shapes": sizes, "at": at or {}}


# What is said on the command line where the function does not show it.
SAID: dict[str, dict[str, Any]] = {
    "annealed": {"shapes": {"Y": ("n", "d")}},
    "crowding": {"shapes": {"X": ("n", "d"), "center": ("d",), "scale": ()}},
    "embed": {"shapes": {"E": ("v", "d"), "ids": ("n",)}, "at": {"ids": "np.arange(n) % v"}},
    "first_gate": {"shapes": {"z": ("3*d",)}},
    "gates": {"shapes": {"z": ("4*d",)}},
    "length_after_a_kick": {"shapes": {"steps": ("n",)}},
    "halves": {"shapes": {"X": ("n", "2*d")}},
    "interp_loss": {
        "shapes": {"x": ("n",), "xp": ("m",), "fp": ("m",)},
        "at": {"xp": "np.linspace(0, 1, m)", "x": "np.linspace(0.03, 0.91, n)"},
    },
    "lookup_loss": {
        "shapes": {"W": ("n", "d"), "labels": ("n",)},
        "at": {"labels": "np.arange(n) % d"},
    },
    "pick": {
        "shapes": {"i": ("n",), "x": ("n",), "y": ("n",)},
        "at": {"i": "np.arange(n) % 2"},
    },
    "ar": shaped("phi=p eps=t"),
    "first_turn_alone": shaped("x=n"),
    "attention_steps": shaped("q=d K=n,d V=n,d"),
    "backtrack": shaped("x=d g=d"),
    "cholesky": shaped("A=n,n", {"A": "np.eye(n) * n + 0.1"}),
    "conv1d": shaped("x=7 w=3"),
    "tri_solve": shaped("L=n,n b=n"),
    "dense": shaped("x=n,d W=d,k b=k"),
    "discounted": shaped("r=t gamma="),
    "pair_energy": shaped("X=n,d sigma="),
    "fixed_point": shaped("x=d A=d,d b=d"),
    "garch": shaped("r=t omega= a= b=", {"omega": "0.3", "a": "0.2", "b": "0.5"}),
    "gd": shaped("x=d A=n,d b=n"),
    "heat": shaped("u=n alpha="),
    "heat_inplace": shaped("u0=n kappa="),
    "horner": shaped("c=n x="),
    "line_search": shaped("x=d d=d"),
    "lstm": shaped("X=t,d h=h c=h W=d,4*h U=h,4*h b=4*h"),
    "mean_loss": shaped("X=n,d w=d"),
    "mlp": shaped("x=n,d weights=l,d,d biases=l,d"),
    "power_iteration": shaped("A=d,d v=d"),
    "ragged_means": shaped("X=n,d lengths=b"),
    "rewards_to_go": shaped("rewards=t gamma="),
    "rnn": shaped("xs=t,d W=h,d U=h,h b=h h=h"),
    "rnn_prealloc": shaped("X=t,d Wx=d,h Wh=h,h b=h"),
    "segment_max": shaped("X=6,d offsets=4", {"offsets": "np.array([0,2,3,6])"}),
    "smoothing": shaped("x=t alpha="),
    "soft_dtw": shaped("D=n,m"),
    "stacked_sum": shaped("X=n,d w=d"),
    "zipped": shaped("xs=n,d ys=n w=d"),
    "call_price": shaped("S=n K=n r= sigma= T="),
    "censored": shaped("beta=d sigma= X=n,d y=n"),
    "compounded": shaped("rates=n,d"),
    "first_level": shaped("H=n,n"),
    "first_state": shaped("H=n,n"),
    "floored": shaped("x=n floor="),
    "largest_column": shaped("W=b,n,m"),
    "least_row": shaped("X=n,d"),
    "masked_best": shaped("X=n,d mask=n,d"),
    "probit": shaped("beta=d X=n,d y=n"),
    "running_least": shaped("X=n,d"),
    "stack_of_norms": shaped("W=b,n,m"),
    "value_at_risk": shaped("q=n mu= sigma=", {"q": "rng.uniform(0.1, 0.9, size=n)"}),
    "rolling": shaped("x=n alpha="),
    "windows": shaped("x=7 w=3"),
    "ragged": shaped("X=n,d lengths=b"),
    "ragged_softmax": shaped("scores=n lengths=b"),
    "momentum": shaped("w=d X=n,d y=n lr= beta="),
    "nested_sums": shaped("x=t phi=p sigma="),
    "two_gates": shaped("X=t,n,d h=n,d"),
    "torque": {"shapes": {"r": ("n", "3"), "F": ("n", "3")}},
    "row_scores": shaped("X=n,d w=d"),
    "started": shaped("X=t,i W=i,o U=o,o"),
    "states_and_last": shaped("X=t,d W=d,d h=d"),
    "all_states": shaped("X=t,d W=d,d h=d"),
    "iterated": shaped("x=n"),
    "log_of_rows": shaped("X=n,d"),
    "ratio": shaped("a=n b=n"),
    "ratios": shaped("X=n,d w=d"),
    "gru_states": shaped("X=t,i h0=h Wz=i,h Uz=h,h Wh=i,h Uh=h,h"),
    "heat_explicit": shaped("u0=n alpha="),
    "garch_nll": shaped("r=n", {"params": "np.array([0.1, 0.2, 0.1, 0.7])"}),
    "conditional_squares": shaped("phi=2 y=n"),
    "mean_of_turns": shaped("w=d X=n,d"),
    "batchnorm": shaped("x=n,d gamma=d beta=d running_mean=d running_var=d"),
    "batchnorm_mode": shaped("x=n,d gamma=d beta=d running_mean=d running_var=d"),
    "frontier": shaped("theta=k+1 X=n,k y=n"),
    "info_nce": shaped("z1=n,d z2=n,d"),
    "binomial_tree": shaped("S= K= r= sigma= T="),
    "casteljau": shaped("c=n t="),
    "centred": shaped("x=n"),
    "chain_nll": shaped("emissions=n,k transitions=k,k tags=n", {"tags": "np.arange(n) % k"}),
    "contrasted": shaped("z=2*n,d"),
    "cosines": shaped("X=n,d Y=n,d"),
    "ctc": shaped("log_probs=t,4 labels=3", {"labels": "np.array([1, 2, 2])"}),
    "deposited": shaped("p=n q=n", {"p": "rng.uniform(0.1, 6.9, size=n)"}),
    "refilled": shaped("x=n c="),
    "filled_with_ones": shaped("x=n"),
    "found_by_a_list": shaped("x=3"),
    "moved_in_turns": shaped("x=n ids=n"),
    "neville": shaped("xs=n ys=n x="),
    "normal_cdf": shaped("x="),
    "padded_attention": shaped("Q=b,q,d K=b,t,d V=b,t,m lengths=b"),
    "rotary": shaped("X=n,2*d"),
    "scaled_forward": shaped("first=k A=k,k B=k,m obs=t", {"obs": "np.arange(t) % m"}),
    "segment_means": shaped("X=n,d ids=n", {"ids": "np.arange(n) % 3"}),
    "smoothed_nll": shaped("logits=n,k labels=n", {"labels": "np.arange(n) % k"}),
    "causal_attention": shaped("q=n,d k=n,d v=n,o"),
    "smoothed_labels": shaped("scores=n,k labels=n"),
    "picked_by_a_helper": shaped("logits=n,k labels=n"),
    "ragged_max": shaped("X=n,d lengths=b"),
    "windowed": shaped("x=n w=3"),
    "call_value": shaped("S=n K=n", dict.fromkeys("SK", "rng.uniform(0.5, 2, size=n)")),
    "flat_parameters": shaped("theta=2*k+k+k+1 X=n,2 y=n"),
    "gaussian_process": shaped("theta=2 x=n y=n"),
    "tucker": {"shapes": {"G": ("i", "j", "k"), "A": ("a", "i"), "B": ("b", "j")}},
}
WRT = {
    "embed": ("E",),
    "lookup_loss": ("W",),
    "pick": ("x", "y"),
    "batchnorm": ("x", "gamma", "beta"),
    "batchnorm_mode": ("x", "gamma", "beta"),
    "garch_nll": ("params",),
    "ragged": ("X",),
    "ragged_softmax": ("scores",),
    "ragged_means": ("X",),
    "segment_max": ("X",),
    "chain_nll": ("emissions", "transitions"),
    "ctc": ("log_probs",),
    "distances_in_turn": ("x",),
    "messages": ("h", "W"),
    "padded_attention": ("Q", "K", "V"),
    "bond_forces": ("X",),
    "scaled_forward": ("first", "A", "B"),
    "segment_means": ("X",),
    "moved_in_turns": ("x",),
    "smoothed_nll": ("logits",),
}


@pytest.mark.parametrize(("file", "name"), WRITTEN)
def test_a_function_is_printed_and_right(file: Path, name: str) -> None:
    pytest.importorskip("scipy")
    said: list[Step | Note] = []
    request = Request(str(file), name, WRT.get(name, ("all",)), **SAID.get(name, {}))
    draft = refactor(request, said.append)
    assert not any(word in draft.text for word in ("tangent", ".pop("))
    ruling = judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    )
    assert ruling.right, ruling.reason
    undone = [event.rule for event in said if isinstance(event, Step) and not event.right]
    assert not undone


def test_the_maximum_of_each_head_has_no_gradient() -> None:
    said: list[Step | Note] = []
    draft = refactor(Request(str(NUMERICS), "multi_head", ("all",)), said.append)
    assert "mask" not in draft.text
    assert any("X: a matrix of shape (n, 2*d)" in e.text for e in said if isinstance(e, Note))


def test_a_function_that_only_the_gradient_reads_is_imported() -> None:
    pytest.importorskip("scipy")
    draft = refactor(Request(str(NUMERICS), "dirichlet", ("all",)), lambda event: None)
    head = "import numpy as np\nfrom scipy.special import gammaln\nimport scipy.special\n"
    assert draft.text.startswith(head)
    assert "scipy.special.digamma(alpha)" in draft.text


@pytest.mark.parametrize("style", ["grad", "value-and-grad"])
def test_a_function_of_several_arrays_starts_from_ones(style: str, tmp_path: Path) -> None:
    file = tmp_path / "haar.py"
    file.write_text(
        "import numpy as np\n\n\ndef haar(x):\n    even, odd = x[::2], x[1::2]\n"
        "    return (even + odd) / np.sqrt(2), (even - odd) / np.sqrt(2)\n"
    )
    request = Request(str(file), "haar", shapes={"x": ("2*o",)}, style=style)
    draft = refactor(request, lambda event: None)
    ruling = judge(
        draft.text, draft.module, draft.name, draft.style, draft.wrt, draft.plans, draft.seed
    )
    assert ruling.right, ruling.reason
