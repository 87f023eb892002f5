"""The lint rules: one class in one module, with its cases in the YAML file of the same name."""
