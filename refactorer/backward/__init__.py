"""What rules do to a backward part: inline statements, broadcast late, put values into arrays."""
