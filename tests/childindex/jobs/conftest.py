"""Jobs to give to workers."""

import pytest

from childindex import jobs


@pytest.fixture
def naming(data_officer):
    """Asks for a number of sources to be named: `naming(30, pause=0.1)`."""

    def ask(number, *, about=data_officer.pk, **arguments):
        return jobs.ask(
            "name_sources", subject=f"user:{about}", arguments={"number": number, **arguments}, by=data_officer
        )

    return ask
