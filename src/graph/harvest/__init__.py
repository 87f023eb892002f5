"""Harvest: what we bring in from other catalogues, each into a quarantine graph of its own.

    address, file, folder ─► documents ─► records ─► mapping (CONSTRUCT) ─► data/harvest/<portal>.ttl
                             sources      lifting    worker, confined        quarantine

What a document says is read in a process of its own (`worker`), bounded and cut off from the network; what was read is
remembered (`state`), so that only what changed is read again. Nothing here touches the curated graphs.
"""
