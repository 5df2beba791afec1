"""What every page carries: the council's name, the navigation of this account, and components with content."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from childindex import navigation
from childindex.forms import Error, error_lines

register = template.Library()


@register.simple_tag
def council_name() -> str:
    return settings.COUNCIL_NAME


@register.simple_tag(takes_context=True)
def navigation_items(context: template.Context) -> list[navigation.Item]:
    """The service navigation of the account that asks; empty on a page without one (an error page)."""
    return navigation.items_for(context.get("user"))


@register.simple_tag(takes_context=True)
def working_place(context: template.Context) -> navigation.Place | None:
    """How far the account that asks is in the list that it works through."""
    request, user = context.get("request"), context.get("user")
    return navigation.place_for(request) if request is not None and getattr(user, "is_authenticated", False) else None


@register.simple_tag(takes_context=True)
def header_search(context: template.Context) -> navigation.Item | None:
    return navigation.search_for(context.get("user"))


@register.simple_block_tag
def component(content: str, name: str, **parameters: Any) -> str:
    """A component around what stands between the tags, which it gets as `content`; it sees nothing else of the page."""
    return get_template(f"components/{name}.html").render({**parameters, "content": content})


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, **changes: Any) -> SafeString:
    """This page's address with parts of its query changed; None removes a part."""
    kept = {name: values for name, values in context["request"].GET.lists() if name not in changes}
    changed = {name: str(value) for name, value in changes.items() if value is not None}
    return mark_safe("?" + urlencode({**kept, **changed}, doseq=True).replace("&", "&amp;"))


@register.simple_tag
def error_links(form: Any) -> list[Error]:
    """The lines of the error summary of a form, or of several in a list."""
    forms = form if isinstance(form, list | tuple) else [form]
    return [line for each in forms for line in error_lines(each)]


@register.simple_tag
def demonstration() -> bool:
    """Whether this installation holds only invented children."""
    return getattr(settings, "DEMONSTRATION", False)


@register.simple_tag
def page_numbers(page: Page) -> list[int | str]:
    """The numbers to offer beside this page, with an ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
