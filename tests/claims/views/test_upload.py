"""Bringing files by hand: one, or an archive of many; each file's fate is told."""

import io
import re
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from claims.models import InboundMessage, Remittance, Upload
from claims.services import take_upload
from claims.services.process_message import process_due
from core.choices import Role
from core.jobs import run_due_jobs
from core.models import Practice
from tests.cast import client_of
from tests.claims.documents import document, enveloped
from tests.claims.services.test_remittances import sent
from tests.factories.claims import World, joan, make_claim

pytestmark = pytest.mark.django_db
URL = "claims:remittance-upload"


@pytest.fixture
def poster(summit: Practice) -> Client:
    return client_of(summit, Role.POSTER)


@pytest.fixture
def text(world: World) -> str:
    """W-10's payment of a claim that was sent, in its envelope."""
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip
    return enveloped(document("w10.835", SFM1001=sent(world, claim)[0]))


def zipped(**files: str | bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def upload(
    client: Client, content: bytes | str, name: str = "remit.835", **more: str
) -> HttpResponse:
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse(URL), {"file": SimpleUploadedFile(name, data), **more})


def shown(client: Client) -> str:
    url = reverse("claims:upload", args=[Upload.objects.latest("pk").public_id])
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(url).content.decode()).split())


def test_one_file_is_kept_read_and_told(world: World, text: str, poster: Client) -> None:
    response = upload(poster, text, partner=str(world.partner.pk))
    taken = Upload.objects.get()
    assert response["Location"] == reverse("claims:upload", args=[taken.public_id])
    assert "It is read in a moment" in shown(poster)
    process_due()
    page = shown(poster)
    assert "1 file: 1 applied" in page
    assert "EFT0010 $161.50 Matched" in page


def test_who_sent_it_need_not_be_known(text: str, poster: Client) -> None:
    upload(poster, text)
    process_due()
    assert Remittance.objects.get().state == "matched"


def test_an_archive_is_opened_by_a_job_and_one_bad_file_stops_no_other(
    world: World, text: str, poster: Client
) -> None:
    again = text.replace("000000210", "000000211").replace("\n", "")
    archive = zipped(**{
        "november/one.835": text, "again.835": again, "notes.txt": "not an 835 at all",
        "empty.835": b"", "inner.zip": zipped(x="y"), "__MACOSX/._one.835": b"x", ".hidden": b"x",
    })  # fmt: skip
    upload(poster, archive, "november.zip")
    assert Upload.objects.get().state == "opening"
    assert "It is being opened" in shown(poster)
    assert run_due_jobs() == 1
    while process_due():
        pass
    page = shown(poster)
    assert "5 files" in page
    assert "1 applied" in page
    assert "1 duplicate" in page
    assert "It is empty." in page
    assert "It is an archive itself: upload it alone." in page
    assert Remittance.objects.filter(state="matched").count() == 1


def test_a_job_that_died_goes_on_where_it_was(text: str, poster: Client) -> None:
    names = [f"{number}.835" for number in range(3)]
    upload(poster, zipped(**{name: text.replace("EFT0010", name[:1] + "EFT") for name in names}))
    real, calls = take_upload._take, []

    def dies_at_the_second(*args: object) -> str:
        calls.append(args[1])
        if args[1] == 2 and calls.count(2) == 1:
            raise SystemExit
        return real(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(take_upload, "_take", dies_at_the_second)
        with pytest.raises(SystemExit):
            run_due_jobs()
        row = Upload.objects.get()
        type(row.job).everywhere.update(lease_until=None)  # type: ignore[union-attr]
        run_due_jobs()
    assert calls == [1, 2, 2, 3]
    assert InboundMessage.objects.count() == 3
    assert Upload.objects.get().state == "taken"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 this is no archive", "The archive is damaged"),
        (zipped(**{".hidden": b"x"}), "The archive holds no file."),
    ],
)
def test_an_archive_that_cannot_be_opened_says_so(
    poster: Client, world: World, content: bytes, words: str
) -> None:
    upload(poster, content, "broken.zip")
    run_due_jobs()
    assert words in shown(poster)
    assert InboundMessage.objects.count() == 0


def test_no_more_is_unpacked_than_is_allowed(
    poster: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_upload, "MOST_BYTES", 1000)
    upload(poster, zipped(**{"bomb.835": b"A" * 100_000}))
    run_due_jobs()
    assert "It is larger than 0 MB." in shown(poster)
    monkeypatch.setattr(take_upload, "MOST_IN_ALL", 1000)
    upload(poster, zipped(**{"bomb.835": b"A" * 100_000}))
    run_due_jobs()
    assert "Unpacked it is larger than" in shown(poster)


def test_nothing_and_too_much_are_refused_at_the_field(poster: Client, world: World) -> None:
    assert "Choose a file." in poster.post(reverse(URL), {}).content.decode()
    empty = upload(poster, b"")
    assert (empty.status_code, Upload.objects.count()) == (422, 0)
    assert "The file is empty." in empty.content.decode()
    assert upload(poster, b"A" * (25 * 1024 * 1024 + 1)).status_code == 422


def test_the_other_practice_sees_no_upload(text: str, poster: Client, lakeside: Practice) -> None:
    upload(poster, text)
    url = reverse("claims:upload", args=[Upload.objects.get().public_id])
    assert client_of(lakeside, Role.POSTER).get(url).status_code == 404
