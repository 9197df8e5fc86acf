"""What the user writes in options, well formed and not."""

from __future__ import annotations

import pytest

from refactorer.command import options
from refactorer.errors import Usage
from refactorer.request import file_and_name


def test_a_target_is_a_file_and_a_name() -> None:
    assert file_and_name("losses.py:f") == ("losses.py", "f")
    assert file_and_name("C:/losses.py:f") == ("C:/losses.py", "f")


@pytest.mark.parametrize("text", ["", "losses.py", "losses.py:", ":f"])
def test_a_target_lacks_a_part(text: str) -> None:
    with pytest.raises(Usage, match="names no function"):
        file_and_name(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("", ()), ("X", ("X",)), ("X, Y", ("X", "Y")), ("0,1", ("0", "1")), ("all", ("all",))],
)
def test_names_stand_between_commas(text: str, found: tuple[str, ...]) -> None:
    assert options.names(text) == found


@pytest.mark.parametrize("text", [",", "X,", "X,,Y", " "])
def test_an_empty_name_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="empty name"):
        options.names(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("X=n,d", {"X": ("n", "d")}),
        ("X = n , d", {"X": ("n", "d")}),
        ("X=5", {"X": ("5",)}),
        ("W=4*o,i", {"W": ("4*o", "i")}),
        ("W=4 * o", {"W": ("4*o",)}),
        ("a=", {"a": ()}),
        ("größe=ñ", {"größe": ("ñ",)}),
    ],
)
def test_sizes_of_a_shape_stand_between_commas(
    text: str, found: dict[str, tuple[str, ...]]
) -> None:
    assert options.shapes([text]) == found


@pytest.mark.parametrize(
    "text",
    ["X", "=n", "X n", "2=n", "X=n,", "X=,", "X=n,,d", "X=-1", "X=0", "X=1.5", "X=n+", "X=(n,d)"],
)
def test_a_malformed_shape_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="--shape"):
        options.shapes([text])


def test_a_shape_that_is_said_twice() -> None:
    with pytest.raises(Usage, match="twice for X"):
        options.shapes(["X=n", "Y=n", "X=d"])


def test_a_value_is_what_stands_behind_the_first_equals_sign() -> None:
    assert options.values(["y=np.arange(n) == 2"]) == {"y": "np.arange(n) == 2"}


@pytest.mark.parametrize("text", ["y", "y=", "y=1 +", "y=a = 1", "y=\0", "y=import os"])
def test_a_malformed_value_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="--at"):
        options.values([text])
