"""Elective home education: from the notice to the return to school."""
