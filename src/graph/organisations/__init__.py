"""Organisations that stay identified: found by any of their names, followed from one change to the next.

folding       a name as it compares: without case, accents, punctuation, articles
names         every name that they have, and which of them a text is nearly
register      the organisations of a graph and their changes, read from the answers of `names.rq` and `changes.rq`
resolve       which organisation a text names, what it was before, what it has become
"""
