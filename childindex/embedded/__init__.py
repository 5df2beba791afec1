"""A Django database backend: PostgreSQL, started on the first connection and stopped after the last."""
