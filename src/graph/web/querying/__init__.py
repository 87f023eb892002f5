"""Queries on pages: the saved ones with their forms, and results as a table, a chart, a drawing, a text to copy."""
