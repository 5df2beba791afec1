"""An invented city: its places, schools, families and what sources have said of them, with the truth kept beside it.

Nothing here is real, and nothing is shared with `registry.names` or `registry.search`: what makes errors must not know
what undoes them.
"""
