"""List match and return: somebody's list, back in the shape it came, with what was found. No fact is written."""
