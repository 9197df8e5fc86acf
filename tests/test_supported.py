from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from count_supported import counts, of_tangent, ours, table

FILE = Path(__file__).resolve().parent.parent / "refactorer" / "vjps" / "SUPPORTED.md"


def test_the_table_of_what_is_supported_is_up_to_date(update_golden: bool) -> None:
    pytest.importorskip("scipy")
    if update_golden:
        FILE.write_text(table())
    written = FILE.read_text()
    if f"NumPy {'.'.join(np.__version__.split('.')[:2])}," not in written:
        pytest.skip("made with another NumPy, whose functions may have other parameters")
    assert table() == written


def test_nothing_of_numpy_that_tangent_knows_is_left_to_its_own_rules() -> None:
    pytest.importorskip("scipy")
    assert of_tangent() <= ours()


def test_the_counts_are_told_of_each_module() -> None:
    pytest.importorskip("scipy")
    head, *lines = counts()
    assert "tangent-ad" in head
    assert [line.split()[0] for line in lines] == [
        *("numpy", "numpy.linalg", "scipy.special", "scipy.linalg")
    ]
