"""NumPy programs, drawn at random: finite, and smooth almost everywhere.

Each file has one kind of statement. What draws it takes the program so far, and adds its lines or
returns the text and the shape of a value; it raises LookupError where the program has nothing that
it could be of.
"""

from .arguments import Drawn
from .drawing import drawn

__all__ = ["Drawn", "drawn"]
