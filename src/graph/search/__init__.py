"""Search: every thing of a snapshot by its words, in French and English (tantivy, BM25).

<snapshot>/search/            the index, made by `collecting` and `writing` while the snapshot is built
                  facets.json what the things may be sorted by, and what its values are called

    text ─► asking (words, "phrases", -words, kind:tool, prefix*) ─► compiling (a query of the index)
         ─► fusing (with what is near it by its meaning, which `likeness` holds, where the extra `semantic` is)
         ─► searching (results, facets, what was done with the text) ─► excerpts (the words marked)
         ─► answer (JSON, as it is written in the contract)
"""
