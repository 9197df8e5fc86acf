"""What several rules do to a backward part: inline its statements, and broadcast late."""
