"""Many at once: which child of the index each row of a list is, and which children the index has twice."""
