"""The ratios as a table and as a picture."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from cases import SIZES

Times = Mapping[tuple[str, int], Mapping[str, float]]


def table(times: Times) -> str:
    """Return the ratios: a row for each function and size, and the geometric means of each size."""
    names = contenders(times)
    lines = [f"{'time / best hand':32}" + "".join(f"{name:>22}" for name in names)]
    for (case, size), row in times.items():
        lines.append(f"{case:24}{label(size):>8}" + cells([row.get(name) for name in names]))
    for size in sizes(times):
        means = [mean(times, name, size) for name in names]
        lines.append(f"{'geometric mean':24}{label(size):>8}" + cells(means))
    return "\n".join(lines)


def contenders(times: Times) -> list[str]:
    """Return the names of all contenders, in order."""
    return list(dict.fromkeys(name for row in times.values() for name in row))


def sizes(times: Times) -> list[int]:
    """Return the sizes that were measured."""
    return sorted({size for _, size in times})


def label(size: int) -> str:
    """Return how a size is called: by the entries of its matrix."""
    rows, columns = SIZES[size]
    return f"{rows * columns}"


def cells(values: list[float | None]) -> str:
    return "".join(f"{'-' if value is None else f'{value:.2f}':>22}" for value in values)


def mean(times: Times, name: str, size: int) -> float | None:
    """Return the geometric mean over the functions that a contender can do."""
    found = [row[name] for (_, s), row in times.items() if s == size and name in row]
    return float(np.exp(np.mean(np.log(found)))) if found else None


def plot(times: Times, file: str) -> None:
    """Draw the geometric means over the sizes, a line for each contender."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    entries = [int(label(size)) for size in sizes(times)]
    for name in contenders(times):
        means = [mean(times, name, size) for size in sizes(times)]
        ours = name.startswith("refactor-grad")
        axes.plot(entries, means, "o-", label=name, linewidth=2.5 if ours else 1.2, zorder=2 + ours)
    axes.set(xscale="log", yscale="log", xlabel="entries of an input", ylabel="time / best hand")
    axes.set_yticks([0.5, 1, 2, 5, 10, 20, 50], labels=["½", "1", "2", "5", "10", "20", "50"])
    axes.set_title("Value and gradient of ten functions, one thread, geometric means", fontsize=11)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, ncols=2)
    figure.savefig(file, metadata={"Date": None})
