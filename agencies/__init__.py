"""Services and their people: who knows which child, and what gives cause for concern."""
