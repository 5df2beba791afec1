"""The pages of services and the people they know."""
