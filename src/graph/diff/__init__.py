"""What changes between two states of a graph: triples, things, diagnostics, answers of the saved queries.

sides      an argument (revision, folder, nothing) as a repository with its settings
revisions  the files of a git revision, written to a temporary folder
contents   the triples of the files that differ, the names of everything
terms      RDF terms in words
things     triples as what happened to each thing
findings   diagnostics new, mended, unchanged
answers    the saved queries on both graphs, row by row
compare    all of it, as one Difference
text · json · markdown   its writers
"""
