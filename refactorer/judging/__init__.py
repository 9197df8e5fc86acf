"""What a right gradient is: samples of the user's function, differences, and the comparison."""
