"""What --html writes: one file that shows a function, its gradient, and the way between them."""
