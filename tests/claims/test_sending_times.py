"""The next sending in the partner's own time zone, over weekends and clock changes."""

from datetime import UTC, datetime, time

from claims.sending_times import next_sending, sending_words

NEW_YORK = "America/New_York"
WEEKDAYS = range(5)


def following(after: datetime, *times: time, days: object = WEEKDAYS) -> datetime | None:
    found = next_sending(after, days=days, times=times, time_zone=NEW_YORK)  # type: ignore[arg-type]
    return found.astimezone(UTC) if found else None


def test_it_is_the_next_time_of_the_day_and_never_the_same_moment() -> None:
    noon = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert following(noon, time(12), time(16, 30)) == datetime(2026, 11, 23, 21, 30, tzinfo=UTC)


def test_after_fridays_last_comes_mondays_first() -> None:
    friday = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
    assert following(friday, time(12)) == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


def test_one_day_a_week_is_found_a_week_later() -> None:
    monday = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    assert following(monday, time(12), days=[0]) == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_an_hour_later_and_one_they_repeat_comes_once() -> None:
    before_spring = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)
    skipped = following(before_spring, time(2, 30), days=[6])
    assert skipped == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    autumn = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30 for the first time
    assert following(autumn, time(1, 30), days=[6]) == datetime(2026, 11, 8, 6, 30, tzinfo=UTC)


def test_without_day_or_time_there_is_none() -> None:
    now = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert following(now) is None
    assert following(now, time(12), days=[]) is None


def test_it_is_said_in_the_partners_own_time() -> None:
    now = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    due = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    words = sending_words(due, cut_off_at=time(17), time_zone=NEW_YORK, now=now)
    assert words == "next sending 16:30 EST; cut-off 17:00"
    later = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    words = sending_words(later, cut_off_at=None, time_zone=NEW_YORK, now=now)
    assert words == "next sending Tue 11/24 16:30 EST"
