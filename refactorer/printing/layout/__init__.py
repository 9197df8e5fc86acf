"""The layout of a callback: where lines are split, joined and ordered, so that they read well."""
