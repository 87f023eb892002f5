"""The graph from Python, in a notebook: `connect(…).query(…)` gives rows, and frames with real types."""

from .connection import Connection, connect
from .results import Graph, Row, Rows, Truth
from .values import Blank, Iri, Literal, Text, Triple

__all__ = ["Blank", "Connection", "Graph", "Iri", "Literal", "Row", "Rows", "Text", "Triple", "Truth", "connect"]
