"""Campaigns: which rolls are to be confirmed by when, how far they are, and who is reminded."""
