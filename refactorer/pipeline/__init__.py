"""The way of a request through the worker, from the file to a draft of the printed text."""
