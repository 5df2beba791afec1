"""The door for gunicorn: a real installation, unless it is told that this is the demonstration."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "childindex.settings.production")

application = get_wsgi_application()
