"""Underpayments through the front door: by payer and code, lines, packet, tolerance, report."""

import io
import re
from decimal import Decimal
from html import unescape

import pikepdf
import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import LineVariance, UnderpaymentDispute, VarianceTolerance
from core.choices import Role
from core.models import Practice, WorkItem
from core.services.documents import read_document
from tests.billing.underpayments.conftest import Post, Send, current, only
from tests.cast import client_of, user_of
from tests.claims.decisions import paid, reversal
from tests.factories.claims import World

pytestmark = pytest.mark.django_db
D = Decimal
LINES = reverse("billing:underpaid-lines")
BULK = reverse("billing:underpaid-bulk")
MOST_QUERIES = 25


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def underpaid(send: Send, post: Post) -> LineVariance:
    """20.00 of 120.00 are missing on one line at Acme."""
    post(paid(send(), "ICN1"), total=90)
    return only()


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def text(response: object) -> str:
    """What a reader sees: no tags, blanks in order."""
    page = re.sub(r"<(script|style|svg).*?</\1>", " ", body(response), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split()).replace(" .", ".")


def line_page(row: LineVariance) -> str:
    return reverse("billing:underpaid-line", args=[row.public_id])


def test_by_payer_and_code_with_the_tolerance_beside(
    biller: Client, underpaid: LineVariance
) -> None:
    page = text(biller.get(reverse("billing:underpayments")))
    assert "$20.00 less than the contracts say, on 1 line" in page
    assert "Acme Health Plan 99213 1 120.00 100.00 83.3 20.00" in page
    assert "1 % of a line or $0.02, and claims below $5.00" in page


def test_each_group_opens_its_lines(biller: Client, underpaid: LineVariance) -> None:
    url = re.search(r'data-href="([^"]+)"', body(biller.get(reverse("billing:underpayments"))))
    assert url
    page = text(biller.get(url.group(1).replace("&amp;", "&")))
    assert "Nguyen, David" in page
    assert "83.3 % of what the contract says" in page


def test_a_line_shows_the_steps_the_answer_and_what_differs(
    biller: Client, underpaid: LineVariance
) -> None:
    page = text(biller.get(line_page(underpaid)))
    assert "allowed $20.00 less than its contract says" in page
    assert "Acme Health Plan 2026, 99213: 120.00 a unit x 1" in page
    assert "EFT801" in page
    assert "$1.20 was let pass" in page


def test_the_claim_says_it_in_its_next_step_and_the_worklist_in_a_bucket(
    biller: Client, underpaid: LineVariance
) -> None:
    claim = current(underpaid.claim)
    page = text(biller.get(reverse("claims:detail", args=[claim.public_id])))
    assert "Acme Health Plan paid it, and allowed $20.00 less than its contract says." in page
    assert "Dispute what is underpaid, or accept it" in page
    shown = biller.get(reverse("claims:worklist"), {"bucket": "underpaid"})
    tally = {one.bucket.key: one.tally for one in shown.context["list"].buckets}["underpaid"]
    assert (tally.count, tally.amount) == (1, D("20.00"))
    assert claim.control_number in text(shown)


def test_accepting_needs_a_reason_and_closes_the_claim_s_work(
    biller: Client, underpaid: LineVariance
) -> None:
    url = reverse("billing:underpaid-act", args=[underpaid.public_id])
    refused = biller.post(url, {"act": "accept", "note": "typed"})
    assert refused.status_code == 422
    assert "Choose why it is let be." in text(refused)
    assert 'value="typed"' in body(refused)
    other = biller.post(url, {"act": "accept", "reason": "other"})
    assert "Say in a few words why." in text(other)
    biller.post(url, {"act": "accept", "reason": "contract", "note": "Rate of 2025"})
    row = only()
    assert (row.state, row.accept_reason, row.note) == ("accepted", "contract", "Rate of 2025")
    assert not WorkItem.objects.filter(kind="claim.underpaid", state="open").exists()
    assert current(row.claim).underpaid_amount == D("0.00")
    biller.post(url, {"act": "reopen"})
    assert only().state == "open"
    assert current(row.claim).underpaid_amount == D("20.00")


def test_many_are_previewed_before_anything_is_done(biller: Client, send: Send, post: Post) -> None:
    post(paid(send(), "ICN1"), paid(send(number=2), "ICN2"), total=180)
    over = send(number=3)
    post(paid(over, "ICN3", amount=125, share=10), total=125)
    ids = [str(row.public_id) for row in LineVariance.objects.all()]
    page = text(biller.post(BULK, {"bulk": "dispute", "ids": ids}))
    assert "Dispute: 2 lines" in page
    assert "1 line : It is not underpaid." in page
    assert "Nothing is done yet." in page
    assert not UnderpaymentDispute.objects.exists()
    done = biller.post(BULK, {"bulk": "accept", "ids": ids, "go": "1", "reason": "effort"})
    assert done.status_code == 303
    assert LineVariance.objects.filter(state="accepted").count() == 3


def test_assigning_gives_the_claims_work_to_somebody(
    biller: Client, world: World, underpaid: LineVariance
) -> None:
    poster = user_of(world.practice, Role.POSTER)
    biller.post(
        BULK, {"bulk": "assign", "ids": [str(underpaid.public_id)], "go": "1", "owner": poster.pk}
    )
    assert WorkItem.objects.get(kind="claim.underpaid").owner == poster


# --- the packet -----------------------------------------------------------------------------------


def drafted(biller: Client, *rows: LineVariance) -> dict[str, object]:
    """The preview's form as it is shown."""
    ids = [str(row.public_id) for row in rows]
    page = body(biller.post(BULK, {"bulk": "dispute", "ids": ids}))
    found = {
        name: re.search(rf'<textarea name="{name}".*?>\n?(.*?)</textarea>', page, re.DOTALL)
        for name in ("recipient", "letter")
    }
    given = {name: one.group(1) for name, one in found.items() if one}
    return {"bulk": "dispute", "ids": ids, "go": "1", "signed_by": "Bea Biller", **given}


def test_a_packet_without_an_address_is_refused_at_its_field(
    biller: Client, underpaid: LineVariance
) -> None:
    refused = biller.post(BULK, drafted(biller, underpaid))
    assert refused.status_code == 422
    assert "Say where it goes: the address is missing." in text(refused)
    assert not UnderpaymentDispute.objects.exists()


def test_a_packet_holds_letter_list_steps_answer_claim_and_proof(
    biller: Client, underpaid: LineVariance
) -> None:
    form = drafted(biller, underpaid) | {"recipient": "Acme Health Plan\nPO Box 12\nAnytown, CO"}
    assert "pay the difference of $20.00" in str(form["letter"])
    biller.post(BULK, form)
    made = UnderpaymentDispute.objects.get()
    assert (made.number, made.amount, made.line_count) == ("UD-00001", D("20.00"), 1)
    row = only()
    assert (row.state, row.dispute) == ("disputed", made)
    assert current(row.claim).underpaid_amount == D("20.00"), "it is asked for, and not there yet"
    content = read_document(made.packet)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == made.packet_pages >= 4
    words = " ".join(_words(content).split())
    for expected in (
        "Dispute of underpaid services", "UD-00001", "List of services", "120.00", "100.00",
        "20.00", "99213: 120.00 a unit x 1", "EFT801", "CO-45", "The claim as it was sent",
        "What happened",
    ):  # fmt: skip
        assert expected in words, expected
    page = text(biller.get(reverse("billing:dispute", args=[made.public_id])))
    assert "The packet is made and not sent yet" in page


def _words(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def test_a_sent_packet_moves_the_work_to_the_day_an_answer_is_missed(
    biller: Client, underpaid: LineVariance
) -> None:
    form = drafted(biller, underpaid) | {"recipient": "Acme Health Plan\nPO Box 12\nAnytown, CO"}
    biller.post(BULK, form)
    made = UnderpaymentDispute.objects.get()
    url = reverse("billing:dispute-sent", args=[made.public_id])
    late = biller.post(
        url, {"method": "mail", "sent_on": "11/30/2026", "follow_up_on": "12/30/2026"}
    )
    assert "Enter a day that has come." in text(late)
    biller.post(url, {"method": "mail", "sent_on": "11/23/2026", "follow_up_on": "12/23/2026",
                      "tracking_number": "9400"})  # fmt: skip
    made.refresh_from_db()
    assert (made.method, made.tracking_number) == ("mail", "9400")
    item = WorkItem.objects.get(kind="claim.underpaid", state="open")
    assert f"{item.due_on}" == "2026-12-23"


def test_money_on_a_disputed_line_settles_it_and_the_report_counts_it(
    biller: Client, underpaid: LineVariance, post: Post
) -> None:
    form = drafted(biller, underpaid) | {"recipient": "Acme Health Plan\nPO Box 12\nAnytown, CO"}
    biller.post(BULK, form)
    claim = current(underpaid.claim)
    post(reversal(claim, "ICN1"), paid(claim, "ICN2", amount=110, share=10), total=20)
    row = only()
    assert (row.state, row.recovered_amount) == ("recovered", D("20.00"))
    assert not WorkItem.objects.filter(kind="claim.underpaid", state="open").exists()
    report = reverse("billing:underpayment-report")
    page = text(biller.get(report))
    assert "Acme Health Plan 99213 1 20.00 20.00 0.00 0.00" in page
    assert "100.0 % of what was underpaid" in page
    file = body(biller.get(report, {"export": "csv"}))
    assert "2026-11,Acme Health Plan,99213,1,20.00,20.00,0.00,0.00" in file


def test_a_report_refuses_a_period_that_runs_backwards(biller: Client) -> None:
    page = text(
        biller.get(
            reverse("billing:underpayment-report"), {"start": "11/30/2026", "end": "1/1/2026"}
        )
    )
    assert "Choose a day on or after the first." in page


# --- tolerance ------------------------------------------------------------------------------------


def test_the_tolerance_is_set_with_its_history(world: World) -> None:
    manager = client_of(world.practice, Role.MANAGER)
    url = reverse("billing:payer-tolerance", args=[world.acme.public_id])
    assert "Nobody has changed it" in text(manager.get(url))
    wrong = manager.post(
        url, {"percent": "101", "least_amount": "x", "claim_amount": "5", "stop_amount": ""}
    )
    assert wrong.status_code == 422
    assert "Enter an amount like 125.00." in text(wrong)
    manager.post(
        url, {"percent": "2.5", "least_amount": "1", "claim_amount": "10", "stop_amount": "50"}
    )
    row = VarianceTolerance.objects.get()
    assert (row.percent, row.stop_amount, row.payer) == (D("2.50"), D("50.00"), world.acme)
    page = text(manager.get(url))
    assert "2.5 1.00 10.00 50.00 Manager Testuser" in page
    biller = client_of(world.practice, Role.BILLER)
    assert biller.get(url).status_code == 200
    assert client_of(world.practice, Role.CODER).get(url).status_code == 403


# --- manners --------------------------------------------------------------------------------------


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_lines(
    biller: Client, send: Send, post: Post
) -> None:
    post(paid(send(), "ICN1"), total=90)
    biller.get(LINES)
    with CaptureQueriesContext(connection) as one:
        biller.get(LINES)
    answers = [paid(send(number=n), f"ICN{n}") for n in range(2, 7)]
    post(*answers, total=450)
    with CaptureQueriesContext(connection) as six:
        page = text(biller.get(LINES))
    assert page.count("Nguyen, David") == 6
    assert len(six) == len(one) <= MOST_QUERIES


def test_another_practice_sees_nothing_of_it(lakeside: Practice, underpaid: LineVariance) -> None:
    outsider = client_of(lakeside, Role.BILLER)
    assert outsider.get(line_page(underpaid)).status_code == 404
    assert "Nguyen" not in text(outsider.get(LINES, {"bucket": "all"}))
    assert "Acme" not in text(outsider.get(reverse("billing:underpayments")))
    url = reverse("billing:underpaid-act", args=[underpaid.public_id])
    assert outsider.post(url, {"act": "accept", "reason": "effort"}).status_code == 404
    outsider.post(
        BULK,
        {"bulk": "accept", "ids": [str(underpaid.public_id)], "go": "1", "reason": "effort"},
    )
    underpaid.refresh_from_db()
    assert underpaid.state == "open"


def test_a_coder_reads_and_does_nothing(world: World, underpaid: LineVariance) -> None:
    coder = client_of(world.practice, Role.CODER)
    assert coder.get(line_page(underpaid)).status_code == 200
    assert "Accept the difference" not in text(coder.get(line_page(underpaid)))
    assert coder.post(BULK, {"bulk": "accept", "ids": []}).status_code == 403
