"""The first load: the extract of a council's present system, rehearsed, reconciled to the row, written as one act."""
