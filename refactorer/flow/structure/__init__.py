"""The tree of regions, and what is known at each point of it."""
