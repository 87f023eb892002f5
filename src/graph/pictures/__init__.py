"""Pictures of the whole graph, drawn once, while a snapshot is built: its themes, and who exchanges with whom.

<snapshot>/pictures/           themes.fr.svg, themes.en.svg, exchanges.fr.svg…, and what they show, for a table:
                  shown.json   each picture with its counts; no picture where a graph has nothing to show in it

    store ─► themes, exchanges (what is counted) ─► packing (where circles go) ─► svg (how it is written) ─► writing

The same graph gives the same bytes. However large it is, a picture is bounded: what has no room is counted.
"""
