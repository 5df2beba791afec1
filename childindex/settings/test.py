"""For pytest: the demonstration with quick passwords, mail in memory and a cache of its own in each process."""

import os
from datetime import datetime
from zoneinfo import ZoneInfo

from childindex.settings.demo import *

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Late in the day tests live further west, where it is morning still, so that no run goes over midnight: a day that was
# written down would be yesterday's then. What they start is given the same place.
_zone = DATABASES["default"]["TIME_ZONE"]
_is_late = datetime.now(ZoneInfo(_zone)).hour >= 20
TIME_ZONE = os.environ.setdefault("TESTS_TIME_ZONE", "Etc/GMT+12" if _is_late else _zone)
DATABASES["default"]["TIME_ZONE"] = TIME_ZONE

DATABASES["default"]["FORGETFUL"] = True  # the embedded server does not wait for the disk

NOT_IN_SCHOOL_REGISTER = True

# Tests look around as no person could in an hour; those of quotas set their own, or the real ones.
QUOTAS = {}
QUOTA_OF_OTHERS = Quota(*[1 << 31] * 7)

ACCESS_ANCHOR_KEY = "a key for tests alone, which signs nothing else"
ACCESS_ANCHORS_FILE = ""  # whoever anchors says where
