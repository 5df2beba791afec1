"""The door for gunicorn: a real installation, unless it is told that this is the demonstration."""

import os

from django.core.wsgi import get_wsgi_application

from childindex.database_roles import refuse_owner_at_once

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "childindex.settings.production")

application = get_wsgi_application()
refuse_owner_at_once()
