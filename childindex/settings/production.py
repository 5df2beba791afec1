"""A real installation. Everything secret comes from the environment, and starting without it is refused."""

import os

from django.core.exceptions import ImproperlyConfigured

from childindex.settings.base import *
from childindex.settings.strictness import named_hosts, sound_secret


def required(name: str, what: str) -> str:
    """The environment variable `name`; without it the installation does not start."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"Set {name} to {what}. See docs/operations.md.")
    return value


SECRET_KEY = sound_secret(required("SECRET_KEY", "a long random text that only this installation knows"))
ALLOWED_HOSTS = named_hosts(required("ALLOWED_HOSTS", "the host names it answers to, separated by commas"))
required("DATABASE_URL", "the address of its PostgreSQL, such as postgresql://user:password@host:5432/childindex")
OWNER_REFUSED = True
ACCESS_ANCHOR_KEY = required(
    "ACCESS_ANCHOR_KEY", "a long random text, kept where the database's administrators cannot read"
)
ACCESS_ANCHORS_FILE = os.environ.get("ACCESS_ANCHORS_FILE") or "/var/lib/child-index/access-anchors.txt"

CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"

STATIC_ROOT = BASE_DIR / ".static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "1"))
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or f"child-index@{ALLOWED_HOSTS[0]}"
