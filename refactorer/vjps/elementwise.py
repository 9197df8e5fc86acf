"""Functions of one element: g times the derivative, in terms of z where that is leaner."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import gast  # type: ignore[import-untyped]
import numpy as np

from refactorer.vjps.notation import VJP, Row, elementwise, vjp

UNARY: Mapping[Callable[..., Any], str] = {
    # z = f(x)      x̄
    np.abs: "g * np.sign(x)",
    np.fabs: "g * np.sign(x)",
    np.negative: "-g",
    np.positive: "g",
    np.exp: "g * z",
    np.exp2: "g * z * float(np.log(2))",
    np.expm1: "g * (z + 1)",
    np.log: "g / x",
    np.log2: "g / (x * float(np.log(2)))",
    np.log10: "g / (x * float(np.log(10)))",
    np.log1p: "g / (1 + x)",
    np.sqrt: "0.5 * g / z",
    np.cbrt: "g / (3 * z * z)",
    np.square: "2 * g * x",
    np.reciprocal: "-g * z * z",
    np.sin: "g * np.cos(x)",
    np.cos: "-g * np.sin(x)",
    np.tan: "g * (1 + z * z)",
    np.arcsin: "g / np.sqrt(1 - x * x)",
    np.arccos: "-g / np.sqrt(1 - x * x)",
    np.arctan: "g / (1 + x * x)",
    np.sinh: "g * np.cosh(x)",
    np.cosh: "g * np.sinh(x)",
    np.tanh: "g * (1 - z * z)",
    np.arcsinh: "g / np.sqrt(x * x + 1)",
    np.arccosh: "g / np.sqrt(x * x - 1)",
    np.arctanh: "g / (1 - x * x)",
    np.deg2rad: "np.deg2rad(g)",
    np.radians: "np.deg2rad(g)",
    np.rad2deg: "np.rad2deg(g)",
    np.degrees: "np.rad2deg(g)",
    np.real: "g",
    np.real_if_close: "g",
    np.imag: "np.zeros_like(x)",
    np.conj: "g",
    np.sinc: "g * (np.cos(np.pi * x) - z) / (x + (x == 0))",
}

QUOTIENT = ("g / y", "-g * z / y")


def exponent(g: Any, z: Any, x: Any) -> str:
    """Return the cotangent of an exponent; that of a number of Python's keeps the dtype of g."""
    plain = type(x) in (int, float) and np.ndim(g) > 0
    return "g * z * float(np.log(x))" if plain else "g * z * np.log(x)"


POWER = ("y * x ** (y - 1) * g", exponent)

BINARY: Mapping[Any, tuple[str, str | Row]] = {
    # z = f(x, y)   x̄, ȳ
    np.add: ("g", "g"),
    np.subtract: ("g", "-g"),
    np.multiply: ("g * y", "g * x"),
    np.divide: QUOTIENT,
    gast.Div: QUOTIENT,
    np.power: POWER,
    np.float_power: POWER,
    gast.Pow: POWER,
    np.maximum: ("g * (x > y)", "g * (x <= y)"),
    np.minimum: ("g * (x < y)", "g * (x >= y)"),
    np.fmax: ("g * (x > y)", "g * (x <= y)"),
    np.fmin: ("g * (x < y)", "g * (x >= y)"),
    np.arctan2: ("g * y / (x * x + y * y)", "-g * x / (x * x + y * y)"),
    np.hypot: ("g * x / z", "g * y / z"),
    np.logaddexp: ("g * np.exp(x - z)", "g * np.exp(y - z)"),
    np.mod: ("g", "-g * np.floor(x / y)"),
    np.fmod: ("g", "-g * np.trunc(x / y)"),
    np.copysign: ("g * np.sign(x) * np.sign(y)", "np.zeros_like(g)"),
    np.heaviside: ("np.zeros_like(g)", "g * (x == 0)"),
    np.ldexp: ("g * 2.0 ** y", "np.zeros_like(g)"),
    np.logaddexp2: ("g * np.exp2(x - z)", "g * np.exp2(y - z)"),
}

ROOT_PI = "np.pi ** 0.5"

CHOICE = {"x": "np.where(condition, g, 0)", "y": "np.where(condition, 0, g)"}
CLIPPED = {"x": "g * (x == z)", "a_min": "g * (x < a_min)", "a_max": "g * (x > a_max)"}

# Constant wherever they are differentiable.
FLAT: tuple[Callable[..., Any], ...] = (np.ceil, np.fix, np.floor, np.rint, np.sign, np.trunc)
ZERO = {"x": "np.zeros_like(x)"}

VJPS: Mapping[Any, VJP] = {
    **{function: vjp("x", {"x": x}) for function, x in UNARY.items()},
    **{function: elementwise("x, y", {"x": x, "y": y}) for function, (x, y) in BINARY.items()},
    **{function: vjp("x", ZERO) for function in FLAT},
    np.round: vjp("x, decimals=0", ZERO),
    np.nan_to_num: vjp("x, nan=0.0, posinf=None, neginf=None", {"x": "g * np.isfinite(x)"}),
    np.where: elementwise("condition, x, y", CHOICE),
    np.clip: elementwise("x, a_min=None, a_max=None", CLIPPED),
    math.erf: vjp("x", {"x": f"2 * g / {ROOT_PI} * np.exp(-x * x)"}),
    math.erfc: vjp("x", {"x": f"-2 * g / {ROOT_PI} * np.exp(-x * x)"}),
}
