"""Functions of scipy.special, by their paths: SciPy is loaded only where a function needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from refactorer.vjps.elementwise import ROOT_PI
from refactorer.vjps.notation import VJP, elementwise, vjp

SPECIAL = "scipy.special"
DIGAMMA = f"{SPECIAL}.digamma"
TRIGAMMA = f"g * {SPECIAL}.zeta(2, x)"
ROOT_TWO_PI = "(2 * np.pi) ** 0.5"

UNARY: Mapping[str, str] = {
    # z = f(x)      x̄
    "cbrt": "g / (3 * z * z)",
    "digamma": TRIGAMMA,
    "entr": "-g * (np.log(x) + 1)",
    "erf": f"2 * g / {ROOT_PI} * np.exp(-x * x)",
    "erfc": f"-2 * g / {ROOT_PI} * np.exp(-x * x)",
    "erfcinv": f"-0.5 * {ROOT_PI} * g * np.exp(z * z)",
    "erfcx": f"2 * g * (x * z - 1 / {ROOT_PI})",
    "erfinv": f"0.5 * {ROOT_PI} * g * np.exp(z * z)",
    "exp10": "g * z * float(np.log(10))",
    "exp2": "g * z * float(np.log(2))",
    "expit": "g * z * (1 - z)",
    "expm1": "g * (z + 1)",
    "gamma": f"g * z * {DIGAMMA}(x)",
    "gammaln": f"g * {DIGAMMA}(x)",
    "i0": f"g * {SPECIAL}.i1(x)",
    "i0e": f"g * ({SPECIAL}.i1e(x) - np.sign(x) * z)",
    "i1": f"g * ({SPECIAL}.i0(x) - z / x)",
    "i1e": f"g * ({SPECIAL}.i0e(x) - z * (np.sign(x) + 1 / x))",
    "j0": f"-g * {SPECIAL}.j1(x)",
    "j1": f"g * ({SPECIAL}.j0(x) - z / x)",
    "log1p": "g / (1 + x)",
    "log_expit": "g * (1 - np.exp(z))",
    "log_ndtr": f"g * np.exp(-0.5 * x * x - z) / {ROOT_TWO_PI}",
    "logit": "g / (x * (1 - x))",
    "ndtr": f"g * np.exp(-0.5 * x * x) / {ROOT_TWO_PI}",
    "ndtri": f"g * np.exp(0.5 * z * z) * {ROOT_TWO_PI}",
    "psi": TRIGAMMA,
    "rgamma": f"-g * z * {DIGAMMA}(x)",
    "softplus": "g * (1 - np.exp(-z))",
    "y0": f"-g * {SPECIAL}.y1(x)",
    "y1": f"g * ({SPECIAL}.y0(x) - z / x)",
}

BINARY: Mapping[str, tuple[str, str]] = {
    # z = f(x, y)   x̄, ȳ
    "beta": (
        f"g * z * ({DIGAMMA}(x) - {DIGAMMA}(x + y))",
        f"g * z * ({DIGAMMA}(y) - {DIGAMMA}(x + y))",
    ),
    "betaln": (f"g * ({DIGAMMA}(x) - {DIGAMMA}(x + y))", f"g * ({DIGAMMA}(y) - {DIGAMMA}(x + y))"),
    "huber": ("g * np.where(np.abs(y) <= x, 0, np.abs(y) - x)", "g * np.clip(y, -x, x)"),
    "kl_div": ("g * np.log(x / y)", "g * (1 - x / y)"),
    "rel_entr": ("g * (np.log(x / y) + 1)", "-g * x / y"),
    "xlog1py": ("g * np.log1p(y)", "g * x / (1 + y)"),
    "xlogy": ("g * np.log(y)", "g * x / y"),
}

SECOND: Mapping[str, str] = {
    # z = f(n, x)   x̄; the order or the shape parameter has no derivative in closed form
    "gammainc": f"g * np.exp(-x) * x ** (n - 1) / {SPECIAL}.gamma(n)",
    "gammaincc": f"-g * np.exp(-x) * x ** (n - 1) / {SPECIAL}.gamma(n)",
    "iv": f"0.5 * g * ({SPECIAL}.iv(n - 1, x) + {SPECIAL}.iv(n + 1, x))",
    "jn": f"0.5 * g * ({SPECIAL}.jv(n - 1, x) - {SPECIAL}.jv(n + 1, x))",
    "jv": f"0.5 * g * ({SPECIAL}.jv(n - 1, x) - {SPECIAL}.jv(n + 1, x))",
    "polygamma": f"g * {SPECIAL}.polygamma(n + 1, x)",
    "yn": f"0.5 * g * ({SPECIAL}.yv(n - 1, x) - {SPECIAL}.yv(n + 1, x))",
    "yv": f"0.5 * g * ({SPECIAL}.yv(n - 1, x) - {SPECIAL}.yv(n + 1, x))",
}


def logsumexp(g: Any, z: Any, x: Any, b: Any, *, axis: Any, keepdims: bool) -> str:
    text = "spread(g) * np.exp(x - spread(z))"
    return text if b is None else f"tangent.unbroadcast({text} * b, x)"


def logsumexp_weights(g: Any, z: Any, x: Any, b: Any, *, axis: Any, keepdims: bool) -> str:
    return "tangent.unbroadcast(spread(g) * np.exp(x - spread(z)), b)"


SOFTMAX = "z * (g - np.sum(g * z, axis=axis, keepdims=True))"
LOG_SOFTMAX = "g - np.exp(z) * np.sum(g, axis=axis, keepdims=True)"

VJPS: Mapping[str, VJP] = {
    **{f"{SPECIAL}.{name}": vjp("x", {"x": x}) for name, x in UNARY.items()},
    **{
        f"{SPECIAL}.{name}": elementwise("x, y", {"x": x, "y": y})
        for name, (x, y) in BINARY.items()
    },
    **{f"{SPECIAL}.{name}": elementwise("n, x", {"x": x}) for name, x in SECOND.items()},
    f"{SPECIAL}.logsumexp": vjp(
        "x, axis=None, b=None, keepdims=False", {"x": logsumexp, "b": logsumexp_weights}
    ),
    f"{SPECIAL}.softmax": vjp("x, axis=None", {"x": SOFTMAX}),
    f"{SPECIAL}.log_softmax": vjp("x, axis=None", {"x": LOG_SOFTMAX}),
}
