"""Signing in, what an account may do, and looking after accounts."""
