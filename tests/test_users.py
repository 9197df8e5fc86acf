"""Functions as users write them are read, and arguments for them are found, with nothing said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer.adjoint import parameters
from refactorer.arguments.conventions import departures
from refactorer.differentiate import reserved_names
from refactorer.evaluation import bound, leaves
from refactorer.inputs import Plan, draw, plan, probe_sizes
from refactorer.normalise import Primal, normalise
from refactorer.target import find
from refactorer.work import executed

FOLDER = Path(__file__).parent / "users"

# The sizes of the arguments that have no default.
FUNCTIONS = {
    "layers.py:l2_distance": "a n,d; b n,d",
    "layers.py:categorical_crossentropy": "guesses n,d; truths n,d",
    "layers.py:linear": "X n,d; W m,d; b m",
    "layers.py:maxout": "X n,d; W 12,d; b 12",
    "layers.py:layernorm": "X n,d; G d; b d",
    "layers.py:swish": "X n,d",
    "layers.py:gelu_approx": "x n",
    "layers.py:cosine_rows": "X n,d; Y n,d",
    "layers.py:seq_pool": "X n,d; Q d",
    "layers.py:clipped_linear": "X n,d",
    "layers.py:residual": "X n,d; W d,d; b d",
    "layers.py:margin_loss": "scores n,d; gold n",
    "layers.py:mse_tuple": "guesses n; target n",
    "layers.py:gated_linear_unit": "X n,d; W d,m; V d,m; b m; c m",
    "layers.py:gru_cell": "x n; h n; Wz n,n; Uz n,n; Wr n,n; Ur n,n; Wh n,n; Uh n,n",
    "layers.py:lstm_gates": "x n; h o; c o; W 4*o,n; U 4*o,o; b 4*o",
    "layers.py:word2vec_loss": "v n; u_pos n; U_neg d,n",
    "layers.py:label_smoothing": "logits n,d; Y n,d",
    "layers.py:sinusoid_pos": "X n,d",
    "layers.py:attention_heads": "Q n,d; K m,d; V m,k",
    "layers.py:two_layer": "X n,d; W1 d,m; b1 m; W2 m,k; b2 k",
    "layers.py:embedding_lookup": "E n,d; ids m",
    "layers.py:cross_entropy_labels": "logits n,d; labels n",
    "physics.py:lorenz": "t n; state 3",
    "physics.py:pendulum": "theta n; omega_dot n",
    "physics.py:kinetic_energy": "m n; v n,d",
    "physics.py:gravity": "m1 n; m2 n; r1 n; r2 n",
    "physics.py:pairwise_potential": "X n,d",
    "physics.py:heat_step": "u n",
    "physics.py:rotate": "v n; theta n",
    "physics.py:lotka_volterra": "z n",
    "physics.py:dft_power": "x n",
    "physics.py:autocorr1": "x n",
    "physics.py:first_half_second_half": "x n",
    "physics.py:hann_window_energy": "x n",
    "physics.py:ising_mean_field": "s n; J n,n; h n",
    "physics.py:hamiltonian": "q n; p d",
    "physics.py:quaternion_norm": "q 4",
    "physics.py:himmelblau": "p 2",
    "physics.py:sir": "t n; y 3",
    "physics.py:coulomb": "q n; X n,d",
    "physics.py:rotation_loss": "R n,n; A n,d; B n,d",
    "physics.py:quaternion_multiply": "p 4; q 4",
    "physics.py:avg_pool2": "x n",
    "physics.py:patchify": "img 2*o,2*o",
    "physics.py:luminance": "rgb 3",
    "physics.py:horner": "x n",
    "physics.py:momentum_step": "w n; g n; v n",
    "statistics.py:ridge_objective": "w n; X d,n; y d",
    "statistics.py:logistic_with_intercept": "coef o+1; X n,o; y n",
    "statistics.py:rbf_kernel": "X n,d; Y m,d",
    "statistics.py:polynomial_kernel": "X n,d; Y m,d",
    "statistics.py:gaussian_logpdf": "x n; mu n; sigma n",
    "statistics.py:pca_reconstruction": "W n,d; X m,n",
    "statistics.py:standardize": "X n,d",
    "statistics.py:pearson_r": "x n; y n",
    "statistics.py:hinge_loss": "w n; X d,n; y d",
    "statistics.py:elastic_net": "w n; X d,n; y d",
    "statistics.py:tsne_q": "Y n,d",
    "statistics.py:t_statistic": "x n; y d",
    "statistics.py:ols": "X n,d; y n",
    "statistics.py:gmm_objective": "theta n; Z d,m; X d,n; y d",
    "statistics.py:black_scholes": "S n,d; K n,d; T n,d; r d; sigma d",
    "statistics.py:sharpe": "w n; mu n; Sigma n,n",
    "statistics.py:npv": "cashflows n; rate n",
    "statistics.py:ar2_residuals": "y n,d; phi1 d; phi2 d",
    "statistics.py:gini": "x n",
    "statistics.py:weighted_index": "p 3",
    "statistics.py:hessian_like_quadratic": "x n; Q n,n; c n",
    "statistics.py:matern32": "X1 n,d; X2 m,d",
    "statistics.py:lda_projection": "w n; Sw n,n; Sb n,n",
    "statistics.py:soft_kmeans": "X n,d; mu m,d",
    "statistics.py:panel_within": "Y n,d; X n,d; b d",
    "statistics.py:wls": "X n,d; y n; w n",
    "statistics.py:mf_rating": "P n,d; Q m,d; mu m; bu n; bi m",
}


def read(function: str) -> tuple[Primal, Mapping[str, Any], Plan]:
    """Return a function as it is read, what is defined around it, and how it would be called."""
    file, name = function.split(":")
    target = find(str(FOLDER / file), name)
    primal = normalise(target, ("all",), reserved_names())
    namespace: dict[str, Any] = executed(target)
    wrt = [primal.names[ours] for ours in primal.wrt]
    notes = {p.name: p.annotation for p in target.parameters if p.annotation}
    plans = plan(namespace[name], target.parameters, wrt, {}, notes, {}, 0)
    return primal, namespace, min(plans, key=departures)


@pytest.mark.parametrize(("function", "shapes"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_it_is_read_and_called(function: str, shapes: str) -> None:
    primal, namespace, chosen = read(function)
    given = [i for i in chosen.inputs if i.kind not in ("default", "float")]
    assert "; ".join(f"{i.name} {','.join(i.shape)}" for i in given) == shapes

    arguments = draw(chosen, probe_sizes(chosen), np.random.default_rng(0))
    expected = bound(namespace[primal.target.name])(arguments)
    ours: dict[str, Any] = {}
    exec(primal.module, ours)
    names = dict(
        zip((p.name for p in primal.target.parameters), parameters(primal.code), strict=True)
    )
    found = ours[primal.target.name](**{names[k]: v for k, v in arguments.items()})
    for one, other in zip(leaves(found), leaves(expected), strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-12)
