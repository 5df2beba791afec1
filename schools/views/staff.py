"""Who is on the staff of which school: it decides whose pupils they see."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from childindex import acts, roles, words
from childindex.accounts.permissions import requires
from childindex.models import Source
from registry.views.merging import user_of
from schools.forms import PostForm
from schools.models import Post

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
            _, is_new = Post.objects.get_or_create(user=user, school=school)
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
