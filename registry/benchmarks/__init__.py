"""What this costs, measured beside what it would cost otherwise."""
