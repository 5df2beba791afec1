"""Measuring what returns cost, and how much of them asks nobody."""
