"""The user's own text with a callback in it: residuals, names, styles and layout."""
