"""SHACL: shapes, the two engines that apply them, and what they find as located diagnostics."""
