"""Snapshots: an immutable folder per state of the graph, named after the hash of what it was made from.

<build>/snapshots/<id>/store/          Oxigraph, opened read-only by every worker
                      search/          the search index
                      meaning.bin      embeddings for it, where the extra `semantic` is: no part of what it is
                      queries/         the saved queries of that state
                      counts.json      what the default graph holds, in numbers
                      manifest.json    what it is, written last
<build>/current                        a link to the snapshot in force
"""
