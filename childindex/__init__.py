"""The ground floor of Child Index: settings, users, acts and the embedded database. It knows nothing about children."""
