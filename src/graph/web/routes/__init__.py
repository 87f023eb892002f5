"""The addresses, one module a family; each has `add(app)`."""
