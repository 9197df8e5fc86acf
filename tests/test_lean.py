"""Functions as people write them: what a careful person's gradient has, and what it has not."""

from __future__ import annotations

from pathlib import Path

import pytest

from refactorer.judging.verify import judge_draft
from refactorer.pipeline.run import refactor
from refactorer.request import Request

LEAN = Path(__file__).parent / "lean"


def printed(function: str, shapes: str) -> str:
    """Return what is printed for "FILE:NAME" at shapes "X=n,d y=n", judged once more."""
    file, name = function.split(":")
    pairs = (one.split("=") for one in shapes.split())
    sizes = {argument: tuple(given.split(",")) if given else () for argument, given in pairs}
    request = Request(str(LEAN / f"{file}.py"), name, ("all",), shapes=sizes)
    draft = refactor(request, lambda _: None)
    ruling = judge_draft(draft)
    assert ruling.right, ruling.reason
    return draft.text


@pytest.mark.parametrize(
    ("function", "shapes", "lines", "never"),
    [
        pytest.param(
            "networks:matched_views",
            "Z1=n,d Z2=n,d",
            ["d_Z2 = (scale / Z2_norm) * (common - inner * Z2)"],
            [").T\n", "Z2.T *", "* Z2.T"],
            id="what two gradients share lies as its readers lie",
        ),
        pytest.param(
            "geometry:two_link_arm",
            "q=2 lengths=2 goal=2",
            ["dq = np.array([x * d_y - y * d_x, product * d_y - value * d_x])"],
            ["np.zeros_like", "factor", "scale", "term"],
            id="what was unpacked is an array of its parts; sums in products read their names",
        ),
        pytest.param(
            "geometry:rotate_points",
            "points=n,2 theta= target=n,2",
            [
                "d_R = d_error.T @ points",
                "d_theta = c * (d_R[1, 0] - d_R[0, 1]) - s * (d_R[1, 1] + d_R[0, 0])",
            ],
            ["d_l"],
            id="the entries of a matrix are read where they stand",
        ),
        pytest.param(
            "geometry:quat_rotate",
            "q=4 v=3",
            ["d_R = d_out[:, None] * v", "scale = d_R[1, 0] - d_R[0, 1]"],
            ["d_l", "np.zeros_like"],
            id="the entries of a larger matrix",
        ),
        pytest.param(
            "geometry:rotate_2d",
            "p=2 angle=",
            ["dp = np.array([s * d_out[1] + c * d_out[0], c * d_out[1] - s * d_out[0]])"],
            ["d_diff", "term"],
            id="what is unpacked and put together again",
        ),
        pytest.param(
            "geometry:bezier",
            "P=4,d t=n",
            ["                product[:, 0] @ d_out,"],
            ["np.zeros_like", "factor"],
            id="rows of a matrix that was unpacked, one on each line",
        ),
        pytest.param(
            "geometry:rotate_xyz",
            "v=3 yaw= pitch=",
            ["d_Ry = Rz.T @ d_RzRy", "d_Rz = d_RzRy @ Ry.T"],
            ["common"],
            id="a matrix lies as its entries are read",
        ),
        pytest.param(
            "networks:self_attention",
            "X=n,d Wq=d,k Wk=d,k Wv=d,v",
            [
                "d_V = A.T @ d_out",
                "return d_Q @ Wq.T + d_V @ Wv.T + d_K @ Wk.T, X.T @ d_Q, X.T @ d_K, X.T @ d_V",
            ],
            ["common"],
            id="what is shared is the cotangent of what the user named, as that lies",
        ),
        pytest.param(
            "networks:lstm_sequence",
            "xs=t,i W=4*n,n+i b=4*n h0=n c0=n",
            [
                "d_z[3 * n :] = d_c * i * (1 - g**2)",
                "d_z[:n] = d_c * g * i * (1 - i)",
                "steps.append((h_and_x, i, f, o, g, tanh_c))",
                "d_h = d_h_and_x[: h.shape[0]]",
            ],
            ["] += ", "hs", "_term"],
            id="gates are set, and nothing is kept of which only the shape is read",
        ),
        pytest.param(
            "networks:multi_head_attention",
            "X=n,2*k Wq=2*k,2*k Wk=2*k,2*k Wv=2*k,2*k Wo=2*k,2*k",
            [
                "d_V = weights.transpose(0, 2, 1) @ d_weights_V",
                "d_XWv = d_V.transpose(1, 0, 2).reshape(X.shape)",
            ],
            ["common"],
            id="a long line is parted at the cotangent of what the user named",
        ),
        pytest.param(
            "geometry:spring_chain",
            "x=n,d k= rest=n-1",
            ["dx = -np.diff(np.pad(d_gaps, ((1, 1), (0, 0))), axis=0)"],
            ["factor"],
            id="a long gradient, too",
        ),
        pytest.param(
            "statistics:gp_log_likelihood",
            "X=n,d y=n lengthscale= noise=",
            ["return dX, -d_likelihood * alpha, d_lengthscale, np.trace(d_K)"],
            ["np.linalg.inv", "common.T"],
            id="a solution that was computed, and triangles of what lies as they read it",
        ),
        pytest.param(
            "statistics:mvn_logpdf",
            "x=d mu=d Sigma=d,d",
            ["common = L.T @ (z * d_mu[:, None] - np.diag(d_out / diag_L))"],
            ["np.linalg.inv", "common.T"],
            id="a Cholesky factor is solved with, not inverted",
        ),
        pytest.param(
            "statistics:mixture_nll",
            "X=n mu=k log_sigma=k logits=k",
            [
                "total_log = log_pi + log_p",
                "d_total_log = -d_nll * np.exp(total_log - logsumexp_total_log[:, None])",
            ],
            ["product", "scale", "slope"],
            id="a sum of fractions that has a name, inside a function",
        ),
        pytest.param(
            "statistics:black_scholes",
            "S= K= T= r= sigma=",
            [
                "d_d2 = -d_out * K_decay * np.exp(-0.5 * d2**2) / (2 * np.pi) ** 0.5",
                "d_d1 = d_d2 + d_out * S * np.exp(-0.5 * d1**2) / (2 * np.pi) ** 0.5",
            ],
            ["- (", "factor"],
            id="cotangents of numbers keep their names; what is subtracted is no sum of its own",
        ),
        pytest.param(
            "statistics:wishart_logpdf",
            "S=d,d V=d,d df=",
            ["dS = (0.5 * d_out) * (diff_minus_one * np.linalg.inv(S) - inv_V).T"],
            ["np.eye"],
            id="an identity matrix in a product is not there",
        ),
        pytest.param(
            "statistics:probabilistic_pca",
            "W=d,k sigma2= X=n,d",
            ["d_C = solved - solved @ solve_C.T"],
            ["common", "solve(C.T"],
            id="an inverse is one, and what is the whole of a cotangent has its name",
        ),
        pytest.param(
            "statistics:risk_parity",
            "w=n cov=n,n",
            ["d_wcov = d_wcov_w * w"],
            ["common", "d_wcov = common"],
            id="no name is the other name of a value",
        ),
        pytest.param(
            "statistics:ssim",
            "x=n,d y=n,d",
            ["dx = d_mx / x.size + scale * diff + d_diff_error * error"],
            ["x.size**2", "x.size * "],
            id="what cancels where a sum is read by its mean",
        ),
        pytest.param(
            "statistics:beta_regression",
            "beta=d phi= X=n,d y=n",
            [
                "digamma_term = scipy.special.digamma(phi)",
                "scale = d_out / y.size",
                "dy = scale * (b_minus_one / one_minus_y - a_minus_one / y)",
            ],
            ["1 * ", "* 1)"],
            id="no factor of one; a name for a part of a long line is read below it, too",
        ),
        pytest.param(
            "statistics:van_der_waals",
            "T=n V=n",
            [],
            ["8.314 ", "8.314*", "R * 0.0778"],
            id="a constant is read by its name, a literal comes first",
        ),
        pytest.param(
            "statistics:walks_of_three",
            "A=n,n",
            ["d_AA = d_out * A.sum(axis=1)"],
            ["np.full_like"],
            id="a cotangent that is the same along one axis, read again under its name",
        ),
    ],
)
def test_what_is_printed(function: str, shapes: str, lines: list[str], never: list[str]) -> None:
    text = printed(function, shapes)
    for line in lines:
        assert f"{line}\n" in text, text
    for part in never:
        assert part not in text, text
