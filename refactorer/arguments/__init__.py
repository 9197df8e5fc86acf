"""What a function is called with: sizes, ranks and kinds of values at which it runs."""
