"""Work for the background, small enough to see whether any is done."""

from django_tasks import task


@task
def add(first, second):
    return first + second
