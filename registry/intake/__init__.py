"""A file is a claim: read, checked, matched, compared, decided, applied, and undone; feeds of every kind plug in here.

Nothing in a file is true because it is in the file. Each row becomes a claim (`claims`), each claim is compared with
what the index holds of the child it is about (`comparing`), and what would change is shown before anything is written.
"""
