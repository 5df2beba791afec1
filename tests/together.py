"""Several people doing something at the same moment, each in a connection of their own."""

from threading import Barrier, Thread

from django.db import connection


def at_once(*deeds):
    """Each deed in a connection of its own, all let go together; what each came to, or the refusal."""
    barrier, came = Barrier(len(deeds)), {}

    def work(place, deed):
        try:
            barrier.wait(10)
            came[place] = deed()
        except Exception as fault:
            came[place] = fault
        finally:
            connection.close()

    threads = [Thread(target=work, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [came[place] for place in range(len(deeds))]


def refusals(came):
    return [one for one in came if isinstance(one, Exception)]
