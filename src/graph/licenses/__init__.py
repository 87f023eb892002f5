"""Licences: what the graph says of each, and whether a work under one may be reused under another."""
