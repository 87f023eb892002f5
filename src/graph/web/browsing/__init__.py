"""The pages that lead to things: the first page, search, what sorts things, and the needs they answer."""
