"""The page of --html: one file that shows a function, its gradient, and the way between them."""
