"""How a gradient is wrong, told from its numbers: a factor, an axis, some entries."""
