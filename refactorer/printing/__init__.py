"""The user's own text with a callback in it: residuals, names, styles and layout.

A `page.Page` is an adjoint after the last rule with all that the `styles` print of it. `residuals`
says which values of the forward part the callback reads, and `forward_text` gives these a name in
the user's text, of which nothing else changes. `pullback` holds the lines of the callback, `names`
chooses their names, and `layout` breaks and joins lines.
"""
