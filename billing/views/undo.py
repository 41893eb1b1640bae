"""Undoing the posting of a remittance: what it would write, what stands in the way, and why."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.jobs import UNDO_REMITTANCE, posts_in_background
from billing.posting.plan_undo import plan_undo, undone_lines
from billing.posting.undo import check_reason, undo_remittance
from billing.selectors.journal_rows import summarise
from claims.choices import RemittanceState
from claims.models import Remittance
from claims.selectors_reads import patients_in_remittances
from core import audit, timeline
from core.errors import ApplicationError
from core.jobs import start_job
from core.web import add_error, get_or_404, go, page, say


class UndoForm(forms.Form):
    """Why the posting is undone."""

    reason = forms.CharField(
        label="Why it is undone",
        max_length=150,
        help_text="For the books: posted to the wrong claims, the payer sent a new file",
        error_messages={"required": "Say in a few words why it is undone."},
    )


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The mirror of a posting, shown before it is written; a long one is undone by a job."""
    rows = Remittance.objects.select_related("payer", "practice")
    remittance = get_or_404(rows, public_id)
    there = reverse("billing:remittance", args=[remittance.public_id])
    if remittance.state != RemittanceState.POSTED:
        say(request, "It is not posted: there is nothing to undo.", tone="warning")
        return go(request, there)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _act(request, remittance, check_reason(form.cleaned_data["reason"]))
        except ApplicationError as error:
            add_error(form, error)
    return _show(request, remittance, form)


def _act(request: HttpRequest, remittance: Remittance, reason: str) -> HttpResponse:
    if posts_in_background(remittance):
        entry = timeline.record(
            remittance,
            kind="remittance.undo_asked",
            sentence="asked for its posting to be undone",
            details={"note": reason},
        )
        job = start_job(
            practice=remittance.practice,
            kind=UNDO_REMITTANCE,
            title=f"Undo remittance {remittance.trace_number}",
            arguments={"remittance_id": remittance.pk, "entry_id": entry.pk},
            user=request.user,
        )
        return go(request, reverse("core:job", args=[job.public_id]))
    undo_remittance(remittance=remittance, reason=reason)
    say(request, "Undone: it waits to be posted again")
    return go(request, reverse("billing:remittance", args=[remittance.public_id]))


def _show(request: HttpRequest, remittance: Remittance, form: UndoForm) -> HttpResponse:
    request.nav = "remits"  # type: ignore[attr-defined]
    audit.read(remittance)
    audit.read_many(
        patients_in_remittances(remittance=remittance), action="page.read",
        note=f"remittance {remittance.public_id}", practice=remittance.practice,
    )  # fmt: skip
    plan = plan_undo(remittance)
    context = {
        "remittance": remittance,
        "payer_name": remittance.payer.name if remittance.payer else remittance.payer_name,
        "form": form,
        "plan": plan,
        "rows": summarise(undone_lines(plan)),
        "claim_count": remittance.claims.filter(version__isnull=False).count(),
        "denial_count": remittance.claims.filter(denials__state="open").count(),
    }
    return page(
        request, "billing/remittance_undo.html", None, context, status=422 if form.errors else 200
    )
