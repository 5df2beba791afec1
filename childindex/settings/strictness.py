"""What a real installation refuses to start with: a secret that others may know, and hosts that nobody named."""

from django.core.exceptions import ImproperlyConfigured

SHORTEST, FEWEST_CHARACTERS = 50, 10
MAKE_ONE = (
    'Make one with: python -c "import secrets; print(secrets.token_urlsafe(64))" and keep it where only this'
    " installation can read it. See docs/operations.md."
)
WELL_KNOWN = (
    "a demonstration holds no secrets",
    "django-insecure-",
    "change me",
    "changeme",
    "example",
    "insecure",
    "long random text",
    "only for checking",
    "only to collect",
    "password",
    "placeholder",
    "replace me",
    "replaceme",
    "secret key",
    "secretkey",
    "your secret",
)
"""What keys that were never meant to be one have in them: the demonstration's, documents', those of other projects."""


def sound_secret(key: str) -> str:
    """The key itself. Raises ImproperlyConfigured for one that is short, well known or easily guessed."""
    if len(key) < SHORTEST:
        raise ImproperlyConfigured(f"SECRET_KEY has {len(key)} characters and needs {SHORTEST} or more. {MAKE_ONE}")
    if _is_well_known(key):
        raise ImproperlyConfigured(f"SECRET_KEY is a well-known one, or stands for one still to be made. {MAKE_ONE}")
    if len(set(key)) < FEWEST_CHARACTERS or _repeats_itself(key):
        raise ImproperlyConfigured(f"SECRET_KEY says the same few characters again and again. {MAKE_ONE}")
    return key


def named_hosts(text: str) -> list[str]:
    """The hosts of a list with commas. Raises ImproperlyConfigured for none, and for what stands for any host."""
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    wild = [host for host in hosts if "*" in host or host.startswith(".")]
    if wild or not hosts:
        said = f"ALLOWED_HOSTS has {wild[0]} in it, which stands for hosts nobody named" if wild else "No host is named"
        raise ImproperlyConfigured(
            f"{said}. Set ALLOWED_HOSTS to the names that this installation answers to, in full and separated by"
            " commas, such as index.example.gov.uk. See docs/operations.md."
        )
    return hosts


def _is_well_known(key: str) -> bool:
    plain = key.lower()
    spaced = plain.replace("-", " ").replace("_", " ")
    return any(words in plain or words in spaced for words in WELL_KNOWN)


def _repeats_itself(key: str) -> bool:
    """Whether a shorter text said over and over gives the whole of it, or nearly."""
    return any(key[start:] == key[: len(key) - start] for start in range(1, len(key) // 2 + 1))
