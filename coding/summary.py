"""The coding of one encounter on paper: codes, what supports them, what was decided, by whom."""

from coding.models import EmWorksheet, ProviderQuery
from coding.screen import CodingScreen
from core import clock
from core.pdf import render_pdf


def coding_summary(screen: CodingScreen) -> bytes:
    """The PDF of what the coding screen shows of codes, evidence and decisions.

    It is drawn as things stand and not kept. Raises PdfUnavailable.
    """
    case = screen.case
    context = {
        "screen": screen,
        "case": case,
        "worksheet": EmWorksheet.objects.filter(case=case).select_related("saved_by").first(),
        "queries": ProviderQuery.objects.filter(case=case).select_related("provider"),
        "printed_at": clock.now(),
    }
    return render_pdf("pdf/coding_summary.html", context)
