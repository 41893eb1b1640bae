"""What coding does on news from patients: both bound, so an encounter never lacks its case."""

from coding.services.open_case import note_arrived, open_case
from core import news
from core.models import NewsItem
from patients.models import Encounter
from patients.news import ENCOUNTER_RECORDED, NOTE_SIGNED


@news.bound(ENCOUNTER_RECORDED)
def open_coding_case(item: NewsItem) -> None:
    """A new visit waits to be coded."""
    open_case(Encounter.everywhere.get(pk=item.subject_id))


@news.bound(NOTE_SIGNED)
def make_case_ready(item: NewsItem) -> None:
    """A case that waited for its signed note is ready."""
    note_arrived(Encounter.everywhere.get(pk=item.subject_id))
