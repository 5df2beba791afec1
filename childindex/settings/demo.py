"""The demonstration on one machine: an embedded database unless DATABASE_URL is set, plain HTTP, no real people."""

from childindex.settings.base import *

DEMONSTRATION = True
SECOND_FACTOR_REQUIRED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
SECRET_KEY = "a demonstration holds no secrets and no real people"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = BASE_DIR / ".mail"
# ./run makes the key; it lies beside the anchors, where one machine has no other place for it.
_key = BASE_DIR / ".anchors" / "key"
ACCESS_ANCHOR_KEY = ACCESS_ANCHOR_KEY or (_key.read_text().strip() if _key.exists() else "")
WHITENOISE_USE_FINDERS = True
