"""The roll of a school as the council has it, and its confirming."""
