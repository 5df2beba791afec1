"""Everything that a worker needs, loaded: what `tests.workers` begins workers as copies of."""

import django

django.setup()

from tests import work  # noqa: E402 - its tasks need Django to be set up

work.register()
