"""The parts of the command: options and where they are written, batches, modes of output."""
