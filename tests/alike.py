"""Pages compared byte for byte: without what differs each time, and without what was typed."""

import re

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
NUMBER = re.compile(r'name="take_back" value="\d+"')


def steady(page, typed):
    """A page without the address that was typed, the token of its forms and the number of a row just made."""
    return NUMBER.sub("", TOKEN.sub("", page)).replace(typed, "")
