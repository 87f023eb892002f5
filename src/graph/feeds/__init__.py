"""What others follow and copy: dumps of a snapshot, and the chain of changes between those that came into force.

<build>/snapshots/<id>/dumps/   graph.nq.zst: every named graph; data.nt.zst: what the data say; others made of them
<build>/changes/<sequence>/     entry.json, patch.rdfp.zst, page-<n>.jsonl.zst: one change, never touched again
"""
