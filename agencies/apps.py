"""The agencies app."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agencies import belonging, clients, joining, known_to, merging, roles
        from registry.intake import senders

        roles.register()
        from agencies import alerting  # what it asks of overriding needs the permissions that were just registered

        senders.register(belonging.works_for)
        merging.register()
        clients.register()
        known_to.register()
        joining.register()
        alerting.register()
        from agencies import involved, overriding, raising, reasons, to_do  # noqa: F401 - the second registers its kind of work
        from agencies import risks as urgent
        from agencies.benchmarks import clients as measured
        from agencies.views import record
        from childindex import navigation, privileges
        from registry import risks, sections, supporting
        from registry.benchmarks import subjects
        from registry.views import opening

        privileges.purged("agencies_historicalconcern", "agencies_historicalconcernaudience")
        subjects.register(measured.SUBJECT)
        for role in roles.ALL:
            opening.register_gate(role, reasons.gate)
        supporting.register(involved.supports)
        risks.register(urgent.tells)
        to_do.register_all()
        sections.register(record.SECTION)
        sections.register_tags(roles.SEE, record.tags)
        navigation.register("agencies:find", "Find a child", permission=roles.FIND, order=10)
        navigation.register("agencies:caseload", "My children", permission=roles.KNOWN, order=20)
        navigation.register("agencies:notices", "Notices", permission=roles.CONCERN, order=30)
        navigation.register("agencies:our_service", "Our service", permission=roles.KNOWN, order=40)
        navigation.register("agencies:colleague", "Ask a colleague", permission=roles.ASK, order=50)
        navigation.register("agencies:looks", "Looks", permission=roles.MANAGE, order=45)
        navigation.register("agencies:queries", "Looks asked about", permission=overriding.GOVERNANCE, order=61)
        navigation.register("agencies:patterns", "Patterns", permission=overriding.GOVERNANCE, order=62)
        navigation.register("agencies:overrides", "Overrides", permission=overriding.GOVERNANCE, order=60)
        navigation.register("agencies:services", "Services", permission=roles.SET_UP, order=36)
        navigation.register("agencies:contact_requests", "Contact to make", permission="see_shielded", order=37)
