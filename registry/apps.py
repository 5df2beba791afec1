"""The registry app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from childindex import navigation
        from childindex.acts import on_closing
        from registry import recording

        on_closing(recording.close)
        navigation.register("registry:search", "Search", permission="search_children", order=10)
        navigation.register_search("registry:search", permission="search_children")
        navigation.register("registry:access_log", "Who looked", permission="read_access_log", order=80)
