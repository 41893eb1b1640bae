"""Pages of accounts, payments, statements, remittances and the ledger."""

from django.urls import path

from billing.views import (
    account,
    answer,
    exceptions,
    journal,
    ledger,
    payment,
    remittance,
    remittances,
    statements,
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
    path("remittances/<uuid:public_id>/", remittance.detail, name="remittance"),
    path("remittances/<uuid:public_id>/match", remittance.match, name="remittance-match"),
    path("remittances/<uuid:public_id>/post", remittance.post, name="remittance-post"),
    path("remittances/<uuid:public_id>/held", remittance.held, name="remittance-held"),
    path("remittances/<uuid:public_id>/deposit", remittance.deposit, name="remittance-deposit"),
    path("remittances/<uuid:public_id>/aside", remittance.aside, name="remittance-aside"),
    path("remittances/post", remittances.post_many, name="remittances-post"),
    path("answers/<uuid:public_id>/", answer.answer, name="answer"),
    path("answers/<uuid:public_id>/match", answer.match, name="answer-match"),
    path("answers/<uuid:public_id>/aside", answer.aside, name="answer-aside"),
    path("answers/<uuid:public_id>/back", answer.back, name="answer-back"),
    path("answers/<uuid:public_id>/look", answer.look, name="answer-look"),
    path("exceptions/", exceptions.exceptions, name="exceptions"),
    path("exceptions/bulk", exceptions.bulk, name="exceptions-bulk"),
    path("exceptions/<uuid:public_id>/answer", exceptions.answer, name="exception-answer"),
    path("payments/<uuid:public_id>/take-back", payment.take_back, name="payment-take-back"),
    path("journals/<uuid:public_id>/", journal.journal, name="journal"),
    path("ledger/", ledger.ledger, name="ledger"),
]
