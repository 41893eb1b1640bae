"""Pages of claims, batches, remittances and the inbox."""

from django.urls import path

from claims.views import (
    batches,
    claim,
    connections,
    eligibility,
    inbox,
    paper,
    remittances,
    worklist,
)

app_name = "claims"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("recheck", claim.recheck_many, name="recheck-many"),
    path("batches/", batches.batches, name="batches"),
    path("batches/build", batches.build, name="batch-build"),
    path("batches/<uuid:public_id>/", batches.batch, name="batch"),
    path("batches/<uuid:public_id>/doubt", batches.doubt, name="batch-doubt"),
    path("connections/", connections.connection_list, name="connections"),
    path("connections/<uuid:public_id>/", connections.connection, name="connection"),
    path("connections/<uuid:public_id>/try", connections.try_it, name="connection-try"),
    path("connections/<uuid:public_id>/confirm", connections.confirm, name="connection-confirm"),
    path("batches/<uuid:public_id>/forms", paper.forms, name="batch-forms"),
    path("batches/<uuid:public_id>/printed", paper.printed, name="batch-printed"),
    path("batches/<uuid:public_id>/spoiled", paper.spoiled, name="batch-spoiled"),
    path("batches/<uuid:public_id>/mailed", paper.mailed, name="batch-mailed"),
    path("batches/<uuid:public_id>/unmailed", paper.unmailed, name="batch-unmailed"),
    path("batches/<uuid:public_id>/apart", paper.apart, name="batch-apart"),
    path("printer/", paper.printer, name="printer"),
    path("printer/test-page", paper.test_page, name="printer-test"),
    path("remittances/", remittances.remittances, name="remittances"),
    path("remittances/upload", remittances.upload, name="remittance-upload"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<uuid:public_id>/", inbox.message, name="inbox-message"),
    path("inbox/<uuid:public_id>/replay", inbox.replay, name="replay"),
    path("eligibility/coverages/<uuid:public_id>/", eligibility.of_coverage, name="eligibility"),
    path("eligibility/coverages/<uuid:public_id>/ask", eligibility.ask, name="eligibility-ask"),
    path("eligibility/<uuid:public_id>/", eligibility.check, name="eligibility-check"),
    path("eligibility/<uuid:public_id>/proof", eligibility.proof, name="eligibility-proof"),
    path("findings/<uuid:public_id>/override", claim.override, name="override"),
    path("<uuid:public_id>/", claim.detail, name="detail"),
    path("<uuid:public_id>/peek", claim.peek, name="peek"),
    path("<uuid:public_id>/recheck", claim.recheck, name="recheck"),
    path("<uuid:public_id>/hold", claim.hold, name="hold"),
    path("<uuid:public_id>/let-go", claim.end_hold, name="let-go"),
    path("<uuid:public_id>/return", claim.return_to_coder, name="return"),
    path("<uuid:public_id>/ask-status", claim.ask_where, name="ask-status"),
    path("<uuid:public_id>/note", claim.note, name="note"),
]
