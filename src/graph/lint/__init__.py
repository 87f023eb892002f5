"""What the gate checks beside SHACL: where things are, and whether what they point at exists."""
