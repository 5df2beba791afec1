"""Pupils who come, go and stay away: one event seen from two schools, and what the law asks to be returned of it."""
