"""The matcher and the index in the database: reading records for it, its stored weights, and who could be whom."""
