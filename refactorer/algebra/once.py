"""`functools.cached_property` as it is from Python 3.12 on: before, it took a lock each time.

The values of the algebra are small and many, so that the lock took a tenth of its time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from functools import cached_property
else:

    class cached_property:  # noqa: N801 - the name it has in Python
        """A property that is computed when it is first asked for."""

        def __init__(self, compute: Callable[[Any], Any]) -> None:
            self.compute = compute
            self.__doc__ = compute.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self.name = name

        def __get__(self, instance: Any, owner: type) -> Any:
            found = vars(instance)[self.name] = self.compute(instance)
            return found


__all__ = ["cached_property"]
