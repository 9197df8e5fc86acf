"""Densities and distribution functions of scipy.stats, by their paths: z = f(x, loc, scale)."""

from __future__ import annotations

from collections.abc import Mapping

from refactorer.vjps.notation import VJP, elementwise

STANDARD = {"deviation": "(x - loc) / scale"}
ROOT_TWO_PI = "(2 * np.pi) ** 0.5"
DENSITY = f"np.exp(-0.5 * deviation ** 2) / (scale * {ROOT_TWO_PI})"
# The density over what z is the logarithm of.
HAZARD = f"np.exp(-0.5 * deviation ** 2 - z) / (scale * {ROOT_TWO_PI})"
QUANTILE = f"g * scale * {ROOT_TWO_PI} * np.exp(0.5 * ((z - loc) / scale) ** 2)"


def sloped(slope: str, sign: str = "") -> Mapping[str, str]:
    """Return the cotangents of a function of the deviation alone, by its slope in x."""
    opposite = "" if sign else "-"
    along = {"x": f"{sign}g * slope", "loc": f"{opposite}g * slope"}
    return {**STANDARD, "slope": slope, **along, "scale": f"{opposite}g * slope * deviation"}


NORMAL: Mapping[str, Mapping[str, str]] = {
    "pdf": {
        **sloped("z * deviation / scale", "-"),
        "scale": "g * z * (deviation ** 2 - 1) / scale",
    },
    "logpdf": {**sloped("deviation / scale", "-"), "scale": "g * (deviation ** 2 - 1) / scale"},
    "cdf": sloped(DENSITY),
    "logcdf": sloped(HAZARD),
    "sf": sloped(DENSITY, "-"),
    "logsf": sloped(HAZARD, "-"),
    "ppf": {"x": QUANTILE, "loc": "g", "scale": "g * (z - loc) / scale"},
}

VJPS: Mapping[str, VJP] = {
    **{
        f"scipy.stats.norm.{name}": elementwise("x, loc=0, scale=1", formulas)
        for name, formulas in NORMAL.items()
    },
    "scipy.stats.expon.logpdf": elementwise(
        "x, loc=0, scale=1",
        {"x": "-g / scale", "loc": "g / scale", "scale": "g * ((x - loc) / scale - 1) / scale"},
    ),
    "scipy.stats.poisson.logpmf": elementwise("x, mu", {"mu": "g * (x / mu - 1)"}),
}
