"""How far long work has come, on any page."""

from typing import Any

from django import template

from childindex.jobs import telling
from childindex.models import Job

register = template.Library()


@register.inclusion_tag("components/progress.html")
def job_progress(job: Job, **others: Any) -> dict[str, Any]:
    """The progress of a job; `others` replace what the component is given (label, note, refresh, label_is_hidden)."""
    return telling.progress(job, **others)
