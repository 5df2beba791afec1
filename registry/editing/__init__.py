"""Correcting a record by hand: forms, what they would do, and doing it."""
