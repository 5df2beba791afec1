"""Who is on the staff of which school: it decides whose pupils they see.

Whoever invites by address learns nothing of whether it has an account (`childindex.accounts.offers`).
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from childindex import acts, roles, words
from childindex.accounts import offers
from childindex.accounts.permissions import requires
from childindex.accounts.views import letter
from childindex.models import Source, User
from childindex.models.users import UserState
from registry.models import School
from registry.views.merging import user_of
from schools.forms import InviteForm, PostForm
from schools.models import Post, PostOffer
from schools.returns.belonging import source_of
from schools.roles import HEAD, SEE
from schools.views.rolls import SECTION as OUR_ROLL
from schools.views.rolls import own_school

SECTION, PERMISSION = "schools:staff", "manage_users"
ON_A_PAGE = 100


@requires(PERMISSION)
def staff(request: HttpRequest) -> HttpResponse:
    """All posts, by school, and the form by which somebody is given one."""
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user, school = form.cleaned_data["user"], form.cleaned_data["school"]
        reason = f"{user} is on the staff of {school}"[:200]
        with acts.act(by=user_of(request), source=Source.council(), reason_code="post_given", reason=reason):
            _, is_new = Post.objects.update_or_create(
                user=user, school=school, defaults={"is_nominee": form.cleaned_data["is_nominee"]}
            )
        told = f"{user} sees the roll of {school} now." if is_new else f"{user} has a post at {school} already."
        (messages.success if is_new else messages.warning)(request, told)
        return redirect(SECTION)
    found = Post.objects.select_related("user", "school").order_by("school__name", "user__full_name")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"post": post, "role": roles.label(post.user.role), "end": reverse("schools:post_end", args=[post.pk])}
        for post in page
    ]
    caption = words.count(page.paginator.count, "post")
    context = {"form": form, "rows": rows, "caption": caption, "page": page, "section": SECTION}
    return render(request, "schools/staff.html", context)


@requires(PERMISSION)
@require_POST
def post_end(request: HttpRequest, post_id: int) -> HttpResponse:
    """Take a post away: from now on its holder sees nothing of the school. What they did stays recorded."""
    post = get_object_or_404(Post.objects.select_related("user", "school"), pk=post_id)
    told = f"{post.user} is not on the staff of {post.school} any more."
    with acts.act(by=user_of(request), source=Source.council(), reason_code="post_ended", reason=told[:200]):
        post.delete()
    messages.success(request, told)
    return redirect(SECTION)


def may_invite(user: User, school: School) -> bool:
    """Heads, and whom they have named, invite the staff of their own school."""
    post = Post.objects.filter(user=user, school=school).first()
    return post is not None and (user.role == HEAD or post.is_nominee)


@requires(SEE)
def own_staff(request: HttpRequest, urn: int) -> HttpResponse:
    """Who of the school may see its roll; its head, or whom the head has named, invites others and ends posts."""
    school, by = own_school(request, urn), user_of(request)
    may = may_invite(by, school)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = InviteForm(request.POST if "invite" in request.POST else None, is_head=by.role == HEAD)
    if request.method == "POST" and "invite" not in request.POST:
        (_take_back if "take_back" in request.POST else _end_own)(request, school, by)
        return redirect(request.path)
    if form.is_bound and form.is_valid():
        _invite(request, form, school, by)
        return redirect(request.path)
    posts = Post.objects.filter(school=school).select_related("user").order_by("user__full_name")
    rows = [
        {
            "post": post,
            "role": roles.label(post.user.role),
            "may_end": may and post.user != by and post.user.role != HEAD,
            "state": "" if post.user.state == UserState.ACTIVE else str(post.user.get_state_display()),
        }
        for post in posts
    ]
    offered = [
        {"offer": offer, "role": roles.label(offer.role)} for offer in PostOffer.objects.open().filter(school=school)
    ]
    context = {
        "school": school,
        "rows": rows,
        "offered": offered if may else [],
        "form": form if may else None,
        "section": OUR_ROLL,
    }
    return render(request, "schools/rolls/staff.html", context)


def _invite(request: HttpRequest, form: InviteForm, school: School, by: User) -> None:
    """Offer a post to an address. What is said of it is the same whether it has an account or not."""
    said, site = form.cleaned_data, f"{request.scheme}://{request.get_host()}"
    with letter(request, said["email"]):
        offers.make(PostOffer, by=by, site=site, school=school, **said)
    messages.success(request, f"{said['email']} is written to. They stand below as invited until they take it up.")


def _take_back(request: HttpRequest, school: School, by: User) -> None:
    """An invitation to this school does not stand any more."""
    number = request.POST.get("take_back", "")
    offer = PostOffer.objects.open().filter(school=school, pk=number).first() if number.isdecimal() else None
    if offer is not None:
        offers.take_back(offer, by=by)
        messages.success(request, f"{offer} is not invited any more.")


def _end_own(request: HttpRequest, school: School, by: User) -> None:
    number = request.POST.get("end", "")
    post = Post.objects.filter(school=school, pk=number).select_related("user").first() if number.isdecimal() else None
    if post is None or post.user == by or post.user.role == HEAD:
        messages.warning(request, "Nothing was changed. A head’s post, and your own, are ended by the council.")
        return
    told = f"{post.user} is not on the staff of {school} any more."
    with acts.act(by=by, source=source_of(school), reason_code="post_ended", reason=told[:200]):
        post.delete()
    messages.success(request, told)
