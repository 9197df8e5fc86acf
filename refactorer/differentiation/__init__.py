"""What tangent is given of a function, and how its text is put together again."""
