"""The language server: the gate, the terms and the things of the graph, where a file is written (LSP 3.17)."""
