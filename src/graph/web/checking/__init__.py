"""The gate in a browser: a text is checked in a process of its own; proposed links are reviewed."""
