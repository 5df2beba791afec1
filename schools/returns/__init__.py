"""What schools send: returns in their own formats, read by the intake like every other list."""
