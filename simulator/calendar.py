"""The simulator's local time, and the days on which it pays."""

from datetime import UTC, datetime, time, timedelta

from simulator.config import Config

_USUAL_RUN = time(6, 0)
_SATURDAY = 5


def local(config: Config, moment: datetime) -> datetime:
    """`moment` on the wall clock of the simulator's zone, as X12 writes it: without a zone."""
    return moment.astimezone(config.zone or UTC).replace(tzinfo=None)


def payment_moment(config: Config, earliest: datetime) -> datetime:
    """When a claim ready at `earliest` is paid: at once, or at the next daily run on a weekday."""
    if not config.pays_daily:
        return earliest
    wall = local(config, earliest)
    run = datetime.combine(wall.date(), config.payment_run or _USUAL_RUN)
    if run < wall:
        run += timedelta(days=1)
    while run.weekday() >= _SATURDAY:
        run += timedelta(days=1)
    return run.replace(tzinfo=config.zone or UTC).astimezone(UTC)
