"""Code as it is written: expressions, statements, and what they read, bind and put."""
