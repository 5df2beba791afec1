"""The registry app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from childindex.acts import on_closing
        from registry import recording

        on_closing(recording.close)
