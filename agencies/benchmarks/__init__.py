"""Measurements of agencies’ rooms."""
