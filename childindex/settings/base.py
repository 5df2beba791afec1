"""What every installation shares."""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from childindex.settings.accounts import *
from childindex.settings.database import database, roles
from childindex.settings.quotas import *

BASE_DIR = Path(__file__).resolve().parent.parent.parent

DEBUG = False
COUNCIL_NAME = os.environ.get("COUNCIL_NAME") or "Example City Council"
FRONT_DOOR_TELEPHONE = os.environ.get("FRONT_DOOR_TELEPHONE") or "0121 496 0999"  # whom to ring when a child is at risk
CONCERNS_KEPT_YEARS = int(os.environ.get("CONCERNS_KEPT_YEARS") or 6)  # after they were closed
INVOLVEMENT_LASTS_DAYS = int(os.environ.get("INVOLVEMENT_LASTS_DAYS") or 365)  # then it has faded unless confirmed
COUNCIL_LA_CODE = os.environ.get("COUNCIL_LA_CODE", "")  # three digits, by which the school register knows the council
COUNCIL_ONS_CODE = os.environ.get("COUNCIL_ONS_CODE", "")  # nine characters, by which ONS postcodes know the council
FILES_KEPT_DAYS = int(os.environ.get("FILES_KEPT_DAYS") or 90)  # what a file held, after the last that was done with it
# Where the record of looking is anchored outside the database, once a day; signed, so that nobody else can anchor.
ACCESS_ANCHOR_KEY = os.environ.get("ACCESS_ANCHOR_KEY", "").strip()
ACCESS_ANCHORS_FILE = os.environ.get("ACCESS_ANCHORS_FILE") or str(BASE_DIR / ".anchors" / "anchors.txt")
ACCESS_ANCHORS_TO = os.environ.get("ACCESS_ANCHORS_TO", "").replace(",", " ").split()  # email addresses
ACCESS_ANCHORS_SYSLOG = os.environ.get("ACCESS_ANCHORS_SYSLOG", "")  # /dev/log, or a host, or host:port
NOT_IN_SCHOOL_REGISTER = os.environ.get("NOT_IN_SCHOOL_REGISTER", "") == "on"  # the Act of 2026 is not in force
SHORT_WORK_BYTES = int(os.environ.get("SHORT_WORK_BYTES") or 256 << 10)  # a few seconds for two thousand rows or so
DEMONSTRATION = False  # True: the pages say that every child is invented
ROOT_URLCONF = "childindex.urls"
WSGI_APPLICATION = "childindex.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "childindex",
    "registry",
    "schools",
    "agencies",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "simple_history",
    "pgtrigger",
    "django_filters",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "childindex.accounts.middleware.NotStored",
    "childindex.accounts.middleware.SessionLimits",
    "childindex.accounts.middleware.SecondFactorFirst",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "registry.access.AccessMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "childindex.accounts.notices.notices",
            ],
        },
    },
]

FORM_RENDERER = "childindex.forms.Renderer"

# Room enough that whoever tries many accounts does not push out what counts their attempts.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "childindex_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

# The server's day begins when the council's does: what ends or is shielded from a date is so from midnight here.
DATABASES = {"default": {**database(), "TIME_ZONE": TIME_ZONE}}
DATABASE_ROLES = roles()
OWNER_REFUSED = False  # True: nothing runs as a superuser, or as whoever owns the tables, but what must

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]

AUTH_USER_MODEL = "childindex.User"
AUTHENTICATION_BACKENDS = ["childindex.accounts.backends.Accounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "childindex.accounts.passwords.NotStolenElsewhere"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# Nothing inline, nothing from elsewhere: pages carry no script or style of their own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "childindex.accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# One line per event, without addresses' query strings, form values or tracebacks' local variables.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"impersonal": {"()": "childindex.logs.Impersonal"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["impersonal"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
