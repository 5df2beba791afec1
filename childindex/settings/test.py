"""For pytest: the demonstration with quick passwords, mail in memory and a cache of its own in each process."""

from childindex.settings.demo import *

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES["default"]["FORGETFUL"] = True  # the embedded server does not wait for the disk

NOT_IN_SCHOOL_REGISTER = True

# Tests look around as no person could in an hour; those of quotas set their own, or the real ones.
QUOTAS = {}
QUOTA_OF_OTHERS = Quota(*[1 << 31] * 7)

ACCESS_ANCHOR_KEY = "a key for tests alone, which signs nothing else"
ACCESS_ANCHORS_FILE = ""  # whoever anchors says where
