"""The forms of contributions: made from the graph's shapes, what is written in them, what the gate says of it."""
