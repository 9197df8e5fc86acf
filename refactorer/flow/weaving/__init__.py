"""The reverse of each region, woven with the others into one callback."""
