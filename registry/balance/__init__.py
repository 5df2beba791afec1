"""The balance of the city's children: every child stands in exactly one line, and the lines add up."""
