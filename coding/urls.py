"""Addresses below /encounters/."""

from django.urls import path

from coding.views import case, changes, code_look_up, code_sets, ends, fees, look_up, queries, queue

app_name = "coding"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("next/", ends.next_up, name="next"),
    path("search/", look_up.search, name="search"),
    path("look-up/", code_look_up.look_up, name="look-up"),
    path("look-up/tree/", code_look_up.look_up_tree, name="look-up-tree"),
    path("look-up/index/", code_look_up.look_up_index, name="look-up-index"),
    path("look-up/compare/", code_look_up.look_up_compare, name="look-up-compare"),
    path("look-up/<slug:kind>/<str:code>/", code_look_up.look_up_code, name="look-up-code"),
    path("look-up/<slug:kind>/<str:code>/add/", code_look_up.look_up_add, name="look-up-add"),
    path("fees/", fees.fees, name="fees"),
    path("fees/contracts/import/", fees.contract_import, name="contract-import"),
    path("code-sets/", code_sets.code_sets, name="code-sets"),
    path("code-sets/load/", code_sets.load, name="code-set-load"),
    path("code-sets/<uuid:public_id>/", code_sets.release, name="code-set"),
    path("code-sets/<uuid:public_id>/activate/", code_sets.activate, name="code-set-activate"),
    path("code-sets/<uuid:public_id>/roll-back/", code_sets.roll_back, name="code-set-roll-back"),
    path("code-sets/<uuid:public_id>/discard/", code_sets.discard, name="code-set-discard"),
    path("code-sets/<uuid:public_id>/stop/", code_sets.stop, name="code-set-stop"),
    path("queries/", queries.queries, name="queries"),
    path("queries/<uuid:public_id>/", queries.answer, name="query"),
    path("queries/<uuid:public_id>/withdraw/", queries.withdraw, name="query-withdraw"),
    path("<uuid:public_id>/query/", queries.ask, name="query-ask"),
    path("<uuid:public_id>/", case.case, name="case"),
    path("<uuid:public_id>/diagnoses/", changes.diagnosis_add, name="diagnosis-add"),
    path(
        "<uuid:public_id>/diagnoses/<uuid:diagnosis_id>/move/",
        changes.diagnosis_move,
        name="diagnosis-move",
    ),
    path(
        "<uuid:public_id>/diagnoses/<uuid:diagnosis_id>/remove/",
        changes.diagnosis_remove,
        name="diagnosis-remove",
    ),
    path("<uuid:public_id>/lines/", changes.line_add, name="line-add"),
    path("<uuid:public_id>/lines/<uuid:line_id>/", changes.line_edit, name="line-edit"),
    path("<uuid:public_id>/lines/<uuid:line_id>/remove/", changes.line_remove, name="line-remove"),
    path("<uuid:public_id>/fix/", changes.fix, name="fix"),
    path("<uuid:public_id>/override/", changes.override, name="override"),
    path("<uuid:public_id>/note/", changes.note, name="note"),
    path("<uuid:public_id>/finish/", ends.finish, name="finish"),
    path("<uuid:public_id>/release/", ends.release, name="release"),
    path("<uuid:public_id>/hold/", ends.hold, name="hold"),
]
