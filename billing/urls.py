"""Pages of accounts, payments, statements, remittances and the ledger."""

from django.urls import path

from billing.views import (
    account,
    eob,
    journal,
    ledger,
    payment,
    post_ready,
    posting_settings,
    recovery,
    remittance,
    statements,
    undo,
)

app_name = "billing"
urlpatterns = [
    path("accounts/<uuid:public_id>/", account.account, name="account"),
    path("accounts/<uuid:public_id>/payment", payment.new, name="payment-new"),
    path("accounts/<uuid:public_id>/statement", statements.issue, name="statement-issue"),
    path("claims/<uuid:public_id>/", account.claim_ledger, name="claim-ledger"),
    path("statements/", statements.statements, name="statements"),
    path("statements/<uuid:public_id>/", statements.statement, name="statement"),
    path("statements/<uuid:public_id>/pdf", statements.pdf, name="statement-pdf"),
    path("remittances/by-hand", eob.new, name="eob-new"),
    path("remittances/post-ready", post_ready.post_ready, name="remittances-post-ready"),
    path("remittances/<uuid:public_id>/", remittance.detail, name="remittance"),
    path("remittances/<uuid:public_id>/match", remittance.match, name="remittance-match"),
    path("remittances/<uuid:public_id>/post", remittance.post, name="remittance-post"),
    path("remittances/<uuid:public_id>/held", remittance.held, name="remittance-held"),
    path("remittances/<uuid:public_id>/deposit", remittance.deposit, name="remittance-deposit"),
    path("remittances/<uuid:public_id>/undo", undo.undo, name="remittance-undo"),
    path("provider-adjustments/<uuid:public_id>/match", recovery.match, name="recovery"),
    path("payers/<uuid:public_id>/posting", posting_settings.settings, name="payer-posting"),
    path("payments/<uuid:public_id>/take-back", payment.take_back, name="payment-take-back"),
    path("journals/<uuid:public_id>/", journal.journal, name="journal"),
    path("ledger/", ledger.ledger, name="ledger"),
]
