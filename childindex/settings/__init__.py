"""Settings: `base` is shared, `demo` is the default, `test` for pytest; `production` refuses to start half set up."""
