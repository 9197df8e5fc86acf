"""Functions as users write them are read, and arguments for them are found, with nothing said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refactorer.adjoint import parameters
from refactorer.arguments.inputs import Plan, draw, plan, probe_sizes
from refactorer.arguments.likelihood import Likelihood
from refactorer.differentiation.engine import reserved_names
from refactorer.execution.definitions import executed
from refactorer.execution.evaluation import bound, leaves
from refactorer.primal.normalise import Primal, normalise
from refactorer.reading.target import find

FOLDER = Path(__file__).parent / "users"

# The sizes of the arguments that have no default.
FUNCTIONS = {
    "layers.py:l2_distance": "a n,d; b n,d",
    "layers.py:categorical_crossentropy": "guesses n,d; truths n,d",
    "layers.py:linear": "X n,d; W m,d; b m",
    "layers.py:maxout": "X nB,nI; W 12,nI; b 12",
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
    "layers.py:gru_cell": "x n; h d; Wz d,n; Uz d,d; Wr d,n; Ur d,d; Wh d,n; Uh d,d",
    "layers.py:lstm_gates": "x n; h o; c o; W 4*o,n; U 4*o,o; b 4*o",
    "layers.py:word2vec_loss": "v n; u_pos n; U_neg d,n",
    "layers.py:label_smoothing": "logits n,d; Y n,d",
    "layers.py:sinusoid_pos": "X n,d",
    "layers.py:attention_heads": "Q n,d; K m,d; V m,k",
    "layers.py:two_layer": "X n,d; W1 d,m; b1 m; W2 m,k; b2 k",
    "layers.py:embedding_lookup": "E n,d; ids m",
    "layers.py:cross_entropy_labels": "logits n,d; labels n",
    "physics.py:lorenz": "t ; state 3",
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
    "physics.py:sir": "t ; y 3",
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
    "statistics.py:npv": "cashflows n; rate ",
    "statistics.py:ar2_residuals": "y n; phi1 ; phi2 ",
    "statistics.py:gini": "x n",
    "statistics.py:weighted_index": "p 3",
    "statistics.py:hessian_like_quadratic": "x n; Q n,n; c n",
    "statistics.py:matern32": "X1 n,d; X2 m,d",
    "statistics.py:lda_projection": "w n; Sw n,n; Sb n,n",
    "statistics.py:soft_kmeans": "X n,d; mu m,d",
    "statistics.py:panel_within": "Y n,d; X n,d; b d",
    "statistics.py:wls": "X n,d; y n; w n",
    "statistics.py:mf_rating": "P n,d; Q m,d; mu m; bu n; bi m",
    "losses.py:softmax_temp": "X n,d",
    "losses.py:rms_norm": "x n,d; weight d",
    "losses.py:focal_loss": "logits n; targets n",
    "losses.py:dice_loss": "pred n; target n",
    "losses.py:triplet_loss": "anchor n,d; positive n,d; negative n,d",
    "losses.py:info_nce": "z1 n,d; z2 n,d",
    "losses.py:barlow_twins": "Za n,d; Zb n,d",
    "losses.py:elu": "x n",
    "losses.py:selu": "X n,d",
    "losses.py:hard_swish": "X n,d",
    "losses.py:crf_log_norm_two_step": "emissions n,d; transitions d,d",
    "losses.py:vae_loss": "x n,d; x_hat n,d; mu n,m; logvar n,m",
    "losses.py:smooth_l1": "pred n; target n",
    "losses.py:wing_loss": "landmarks n,d; labels n,d",
    "losses.py:batchnorm_inference": "x n; running_mean n; running_var n; gamma n; beta n",
    "losses.py:mixture_density_nll": "pi_logits n,d; mu d; log_sigma d; y n",
    "losses.py:diag_gaussian_log_density": "x n,d; mu n,d; log_std n,d",
    "engineering.py:lj_total": "positions n,d; eps ; sig n",
    "engineering.py:damped_oscillator": "t n; A d,n; gamma n; omega n; phi n",
    "engineering.py:double_pendulum_energy": "theta 2; p 2",
    "engineering.py:partition": "E n,d; T n,d",
    "engineering.py:michaelis_menten_sse": "params 2; S n,d; v d",
    "engineering.py:reaction_rates": "c n; k d",
    "engineering.py:laplacian_2d": "u n,d",
    "engineering.py:euler_to_matrix": "angles n",
    "engineering.py:stiffness_solve": "k o+1; f o",
    "engineering.py:compliance": "rho n; f n",
    "engineering.py:fir_filter": "x n; h d",
    "engineering.py:envelope_energy": "x n; w n",
    "engineering.py:autocorrelation_lags": "x n",
    "engineering.py:haar_step": "x 2*o",
    "engineering.py:total_variation": "img n,d",
    "engineering.py:sinc_interp": "x n; t d",
    "engineering.py:chirp_fit": "params 4; t n; y n",
    "engineering.py:steady_heat": "q n; kappa n; T0 ",
    "engineering.py:lens_chain": "f1 ; f2 ; d ",
    "engineering.py:spectrum_gap": "H n,n",
    "engineering.py:ground_state_density": "H n,n",
    "estimators.py:poisson_deviance": "beta n; X d,n; y d",
    "estimators.py:negative_binomial_nll": "beta n; alpha d; X d,n; y d",
    "estimators.py:probit_nll": "beta n; X d,n; y d",
    "estimators.py:tobit_nll": "beta n; sigma d; X d,n; y d",
    "estimators.py:gaussian_kde_logpdf": "x n; data d; h d",
    "estimators.py:gp_marginal_likelihood": "log_params 3; X n,d; y n",
    "estimators.py:multivariate_normal_logpdf": "x n; mean n; cov n,n",
    "estimators.py:mahalanobis": "x n; mu n,n; P n,n",
    "estimators.py:dirichlet_logpdf": "p n; alpha n",
    "estimators.py:weibull_nll": "k n; lam ; t n; event n",
    "estimators.py:cox_partial": "beta n; X d,n; event d",
    "estimators.py:quantile_loss": "y n; q n",
    "estimators.py:two_sls": "Z n,d; X n,m; y n",
    "estimators.py:factor_model_fit": "L n,d; psi n; S n,n",
    "estimators.py:nmf_objective": "W n,d; H d,m; V n,m",
    "estimators.py:nuclear_regularised": "W n,d; X m,n; Y m,d",
    "estimators.py:spectral_norm_penalty": "W n,d",
    "estimators.py:kmeans_inertia": "X n,d; C m,d",
    "estimators.py:gmm_loglik": "X n,d; logits m; means m,d; log_scales m,d",
    "estimators.py:js_divergence": "p n; q n",
    "estimators.py:huber_regression": "w n; X d,n; y d",
    "estimators.py:trimmed_mean_square": "x n",
    "estimators.py:geometric_mean": "x n",
    "estimators.py:masked_mean": "X n,d; mask n,d",
    "estimators.py:arma_like": "phi n; theta ; y d; e d",
    "estimators.py:whittle": "params 2; freqs n; I d,n",
    "games.py:polygon_area": "pts n,d",
    "games.py:triangle_areas": "v0 3; v1 3; v2 3",
    "games.py:bezier": "P n,d; t m",
    "games.py:haversine": "lat1 n; lon1 n; lat2 n; lon2 n",
    "games.py:chamfer": "A n,d; B m,d",
    "games.py:phong": "n n,d; l n,d; v n,d; kd n; ks n",
    "games.py:alpha_composite": "colors n; alphas n",
    "games.py:nerf_weights": "sigma n; delta ; rgb n,d",
    "games.py:ppo_clip": "logp n; logp_old n; adv n",
    "games.py:td_loss": "w n; phi n; phi_next n; r d; done d",
    "games.py:entropy_bonus": "logits n,d",
    "games.py:soft_bellman": "Q n,n; alpha n",
    "games.py:black_scholes_call": "S n,d; K n,d; r d; sigma d; T n,d",
    "games.py:portfolio_sharpe": "w n; returns d,n",
    "games.py:max_drawdown": "r n",
    "games.py:nelson_siegel": "tau ; b0 n; b1 n; b2 n; lam ",
    "games.py:duration": "y n; cf n; t n",
    "games.py:cvar": "w n; losses d,n",
    "games.py:lotka_volterra_multi": "N n,d; r n,d; A n,n",
    "games.py:shannon_diversity": "counts n",
    "games.py:leslie_growth": "fec o+1; surv o; n0 o+1",
    "games.py:rosenbrock": "x n",
    "games.py:ackley": "x n",
    "games.py:levy": "x n",
    "games.py:barrier": "x n; A d,n; b d; t m",
    "games.py:gram_schmidt_two": "u n; v n",
    "games.py:condition_penalty": "A n,d",
    "games.py:kalman_update": "x n; P n,n; z d; H d,n; R d,d",
    "games.py:penman": "T ; u n; ea n",
    "studies.py:sparsemax_hinge": "scores n,d; target n",
    "studies.py:ragged_mean_pool": "X n,d; lengths_mask m,n",
    "studies.py:highway": "X n,d; Wh d,d; bh d; Wt d,d; bt d",
    "studies.py:l2_regularized_softmax": "W n,d; X m,n; Y m,d",
    "studies.py:group_norm": "X n,2*d; gamma 2*d; beta 2*d",
    "studies.py:arrhenius_sse": "p 2; T n,d; k d",
    "studies.py:van_der_waals": "V n,d; T n,d",
    "studies.py:nernst": "c_out n; c_in n",
    "studies.py:hill": "x n; vmax n; k n",
    "studies.py:lens_maker": "R1 n,d; R2 n,d",
    "studies.py:morse": "r n",
    "studies.py:planck": "lam n",
    "studies.py:cobb_douglas_profit": "x n",
    "studies.py:ces": "x n; shares n",
    "studies.py:crra_lifetime": "c n",
    "studies.py:nested_logit": "V n,d",
    "studies.py:blp_share": "delta n; mu d",
    "studies.py:student_t_nll": "x n; mu n; log_scale n",
    "studies.py:beta_binomial": "a n; b n; k n",
    "studies.py:ordered_probit": "beta n; cuts d; X m,n",
    "studies.py:almgren_chriss": "x n",
    "studies.py:savgol_residual": "x n; w d",
    "studies.py:spectral_flatness": "p n",
    "studies.py:teager": "x n",
    "studies.py:soft_threshold": "x n",
    "studies.py:charbonnier_flow": "u n,d; v n,d; It n,d; Ix n,d; Iy n,d",
    "studies.py:reprojection": "pose n; points d,m; uv d,k",
    "studies.py:icp_point_to_plane": "t n; src n; dst n; normals d,n",
    "studies.py:procrustes": "R n,d; X m,d; Y m,n",
    "studies.py:spring_network": "pos n,d; rest ",
    "studies.py:ginzburg_landau": "psi n",
    "studies.py:xy_energy": "theta n,d",
    "studies.py:debye_huckel": "z n; c n",
    "studies.py:glove": "W n,d; C m,d; bw n; bc m; logX n,m; F n,m",
    "studies.py:bpr": "u n,d; i d; j d",
    "studies.py:factorization_machine": "w0 ; w n; V n,d; x n",
    "studies.py:poincare_distance": "u n; v n",
    "studies.py:svgd_kernel": "X n,d",
    "studies.py:categorical_kl": "p_logits n,d; q_logits n,d",
    "studies.py:rotary": "x 2*o; theta o",
    "studies.py:cbow": "E n,d; W m,d; context k",
    "studies.py:gated_attention_pool": "X n,d; V d,m; U d,m; w m",
    "studies.py:weighted_huber": "r n; w n",
    "studies.py:log_cosh": "pred n; y n",
    "studies.py:tversky": "p n; g n",
    "studies.py:exponential_family": "eta n; T d,n",
    "studies.py:styblinski_tang": "x n",
    "studies.py:beale": "p 2",
    "studies.py:wood": "x n",
}


def read(function: str) -> tuple[Primal, Mapping[str, Any], Plan]:
    """Return a function as it is read, what is defined around it, and how it would be called."""
    file, name = function.split(":")
    target = find(str(FOLDER / file), name)
    primal = normalise(target, ("all",), reserved_names())
    namespace: dict[str, Any] = executed(target)
    wrt = [primal.names[ours] for ours in primal.wrt]
    notes = {p.name: p.annotation for p in target.parameters if p.annotation}
    plans = plan(namespace[name], target.parameters, wrt, {}, notes, {}, 0, target.source)
    likelihood = Likelihood(namespace[name], target.source)
    return primal, namespace, min(plans, key=likelihood.departures)


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
