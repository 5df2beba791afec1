"""The schools app."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from childindex import navigation
        from schools import roles
        from schools.returns import census, national, transfer  # noqa: F401 - each registers the format that it reads

        navigation.register("schools:returns", "Returns", permission="load_files", order=33)
        roles.register()
        navigation.register("schools:roll", "Our roll", permission=roles.SEE, order=10)
