"""The attempts that root of a machine makes from inside it, by family."""
