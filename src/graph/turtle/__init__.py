"""Turtle: from the bytes of a file to triples, or to a diagnostic that says where it is wrong."""
