"""What the command is made of: options and where they stand, batches, modes of output."""
