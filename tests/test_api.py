"""The command from Python."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import refactorer
from refactorer import Refactored, RefactorError, Usage, refactor

LOSSES = '''\
import numpy as np


def dot(X, Y):
    """What X and Y have in common."""
    return np.sum(X * Y)


'''


@pytest.fixture
def losses(tmp_path: Path) -> Path:
    path = tmp_path / "losses_of_the_api.py"
    path.write_text(LOSSES)
    return path


@pytest.fixture
def dot(losses: Path) -> Callable[..., Any]:
    spec = importlib.util.spec_from_file_location(losses.stem, losses)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[..., Any] = module.dot
    return function


def test_a_target_becomes_a_function_with_its_gradient(losses: Path) -> None:
    result = refactor(f"{losses}:dot", wrt=("X", "Y"), shapes={"X": "n", "Y": ("n",)})
    assert isinstance(result, Refactored)
    out, backprop = result.function(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert out == 11.0
    np.testing.assert_allclose(backprop(2.0), [[6.0, 8.0], [2.0, 4.0]])
    assert "What X and Y have in common." in result.source
    assert result.steps
    assert all(step.right for step in result.steps)
    assert result.error < 1e-6


def test_a_function_object_and_a_position(dot: Callable[..., Any]) -> None:
    result = refactor(dot, wrt=1, style="grad")
    gradient = result.function(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    np.testing.assert_allclose(gradient, [1.0, 2.0])


def test_a_style_that_there_is_not(losses: Path) -> None:
    with pytest.raises(Usage, match="callbacks"):
        refactor(f"{losses}:dot", style="tape")


def test_a_name_that_there_is_not(losses: Path) -> None:
    with pytest.raises(RefactorError, match="dott") as caught:
        refactor(f"{losses}:dott")
    assert isinstance(caught.value, Usage)


@pytest.mark.parametrize(
    "function", [np.add, len, np.ndarray, str.upper, lambda x: x, eval("lambda x: x")]
)
def test_what_is_no_function_of_a_file(function: Callable[..., Any]) -> None:
    with pytest.raises(Usage):
        refactor(function)


def test_the_public_names() -> None:
    assert all(hasattr(refactorer, name) for name in refactorer.__all__)
    assert not hasattr(refactorer, "nothing")
