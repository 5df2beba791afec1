"""The schools app."""

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from childindex import navigation
        from childindex.accounts import idle
        from registry import conflicts, sections
        from registry.benchmarks import subjects
        from registry.intake import senders
        from schools import accounting, following, joining, merging, not_in_school, roles, to_do
        from schools.returns import belonging, census, national, transfer  # noqa: F401 - each registers the format that it reads
        from schools.returns import letting_go as _registers_what_goes_with_files  # noqa: F401

        navigation.register("schools:returns", "Returns", permission="load_files", order=33)
        roles.register()
        senders.register(belonging.works_for)
        merging.register()
        accounting.register()
        joining.register()
        from schools import rollover
        from schools.benchmarks import returns
        from schools.campaigns import excusing, reminding  # noqa: F401 - the second registers its kind of work

        conflicts.concerns_everybody(rollover.REASON_CODE, rollover.EXPECTED)

        navigation.register("schools:roll", "Our roll", permission=roles.SEE, order=10)
        sections.register_offer(roles.WORK_CASES, "The child may be missing education", "schools:case_open")
        sections.register_offer(roles.WORK_CASES, "The child is educated at home", "schools:home_notify")
        sections.register_offer(roles.TELL, "The child may be missing education", "schools:missing_tell")
        if not_in_school.is_kept():
            offered = "The register of children not in school"
            sections.register_offer(roles.WORK_CASES, offered, "schools:register_enter")
        sections.register(following.SECTION)
        sections.register_tags("view_child", following.tags)
        to_do.register_all()
        navigation.register("schools:homes", "Home education", permission=roles.WORK_CASES, order=30)
        navigation.register("schools:missing", "Missing education", permission=roles.WORK_CASES, order=29)
        navigation.register("schools:movers", "Movers", permission=roles.FOLLOW, order=31)
        navigation.register("schools:campaigns", "Campaigns", permission=roles.CAMPAIGN, order=34)
        idle.register_excuse(excusing.has_a_return_due)
        subjects.register(returns.SUBJECT)
