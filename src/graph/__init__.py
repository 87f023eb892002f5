"""Passerelles: Turtle files in git become a validated, immutable, served linked-data graph."""

__version__ = "0.1.0"
