"""Certificates: asked for when a course is done, printed, and verified by anybody who has the link."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from slipway.accounts.models import User
from slipway.courses import selectors as courses
from slipway.study import selectors, services
from slipway.study.errors import StudyError
from slipway.study.models import MAX_NAME


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, course: str) -> HttpResponse:
    """Say what is still to do for a certificate, issue it, or lead to it."""
    row = courses.course_by_slug(course)
    if row is None or not isinstance(request.user, User):
        raise Http404
    issued = selectors.certificate_of(learner=request.user, course=row)
    if issued is None and request.method == "POST":
        try:
            issued = services.issue_certificate(learner=request.user, course=row, name=request.POST.get("name", ""))
        except StudyError as error:
            messages.error(request, str(error))
            return redirect("certificate", course)
    if issued is not None:
        return redirect("verify_certificate", issued.id)
    standing = selectors.standing(learner=request.user, course=row)
    name = request.user.get_full_name() or request.user.username
    return render(
        request, "pages/certificate_due.html", {"course": row, "standing": standing, "name": name, "most": MAX_NAME}
    )


@require_safe
def verify(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """Show a certificate to whoever has its address; it is genuine because this site shows it."""
    found = selectors.certificate_by_id(certificate_id=certificate_id)
    address = request.build_absolute_uri(reverse("verify_certificate", args=[certificate_id]))
    context = {"certificate": found, "address": address}
    return render(request, "pages/certificate.html", context, status=200 if found else 404)
