"""Files to rows and rows to files."""

from childindex.tables.cells import Cell, guarded, plain
from childindex.tables.coded import Coded, CodedTable, read_coded
from childindex.tables.columns import Column, column
from childindex.tables.errors import MissingColumns, TableError, listed
from childindex.tables.reading import Limits, Progress, Row, Table, open_table
from childindex.tables.trees import is_tree, open_tree, root_of, text
from childindex.tables.writing import csv_lines, write_csv

__all__ = [
    "Cell",
    "Coded",
    "CodedTable",
    "Column",
    "Limits",
    "MissingColumns",
    "Progress",
    "Row",
    "Table",
    "TableError",
    "column",
    "csv_lines",
    "guarded",
    "is_tree",
    "listed",
    "open_table",
    "open_tree",
    "plain",
    "read_coded",
    "root_of",
    "text",
    "write_csv",
]
