"""The pages of schools' returns and rolls."""
