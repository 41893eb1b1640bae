"""Pages of accounts, payments, statements, remittances and the ledger."""

from django.urls import path

from billing.views import account, journal, ledger, payment, remittance, statements

app_name = "billing"
urlpatterns = [
    path("accounts/<uuid:public_id>/", account.account, name="account"),
    path("accounts/<uuid:public_id>/payment", payment.new, name="payment-new"),
    path("accounts/<uuid:public_id>/statement", statements.issue, name="statement-issue"),
    path("claims/<uuid:public_id>/", account.claim_ledger, name="claim-ledger"),
    path("statements/", statements.statements, name="statements"),
    path("statements/<uuid:public_id>/", statements.statement, name="statement"),
    path("statements/<uuid:public_id>/pdf", statements.pdf, name="statement-pdf"),
    path("remittances/<uuid:public_id>/", remittance.detail, name="remittance"),
    path("remittances/<uuid:public_id>/match", remittance.match, name="remittance-match"),
    path("remittances/<uuid:public_id>/post", remittance.post, name="remittance-post"),
    path("remittances/<uuid:public_id>/held", remittance.held, name="remittance-held"),
    path("remittances/<uuid:public_id>/deposit", remittance.deposit, name="remittance-deposit"),
    path("payments/<uuid:public_id>/take-back", payment.take_back, name="payment-take-back"),
    path("journals/<uuid:public_id>/", journal.journal, name="journal"),
    path("ledger/", ledger.ledger, name="ledger"),
]
