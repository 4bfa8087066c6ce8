"""Human oversight in figures: what people did with estimates, and what persons ask for."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from futurisys.operations.access import Caller
from futurisys.operations.clock import today
from futurisys.operations.exposition import exposed
from futurisys.operations.folding import SMALLEST
from futurisys.operations.transactions import reading
from futurisys.records import oversight as records
from futurisys.records.reviews import AGREED, DISAGREED

PERIODS = (30, 90, 365)
SECONDS, SCRAPE_SECONDS = 30, 5
# Who answers for the service, or to persons, is told what these ask for, kind by kind.
ANSWERING = frozenset({"admin", "rights"})
# Figures at /metrics are those of who sees no person.
_NO_PERSON = Caller("", "", ANSWERING)


@dataclass(frozen=True)
class Open:
    """Requests that are not answered: how many, how many too late, the days since the first."""

    kind: str
    people: int
    late: int
    days: int


@dataclass(frozen=True)
class Oversight:
    """What was done with the estimates of so many days.

    flagged: how many people were signalled; looked: of how many of them somebody said something;
    both None where the caller sees no people and they are fewer than `SMALLEST`. agreed,
    disagreed: estimates of which that is the last opinion. kinds: estimates of which each kind of
    thing was said. requests: what is open now, of everybody; None to who sees some departments.
    """

    days: int
    flagged: int | None
    looked: int | None
    agreed: int
    disagreed: int
    kinds: Mapping[str, int]
    requests: Sequence[Open] | None
    by_kind: bool

    @property
    def open(self) -> Open | None:
        """All open requests as one; None where there are none, or they are not told."""
        if not self.requests:
            return None
        people = sum(one.people for one in self.requests)
        late = sum(one.late for one in self.requests)
        return Open("", people, late, max(one.days for one in self.requests))


def oversight(caller: Caller, days: int = PERIODS[0], seconds: float = SECONDS) -> Oversight:
    """The figures that a caller may know: of the people whom it sees; of all, who sees nobody."""
    counted = not caller.sees_people
    since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
    now = today()
    with reading(seconds) as connection:
        found = records.flagged(connection, since, counted)
        said = records.opinions(connection, since, counted)
        kinds = records.kinds(connection, since, counted)
        # How many somebody else's people asked for is nothing for who sees some departments.
        asks = counted or caller.departments is None
        rows = records.requests(connection, now) if asks else []
    is_small = counted and found.people < SMALLEST
    open_ = [Open(row.kind, row.open, row.late, (now - row.oldest).days) for row in rows]
    return Oversight(
        days,
        None if is_small else found.people,
        None if is_small else found.looked,
        said.get(AGREED, 0),
        said.get(DISAGREED, 0),
        kinds,
        open_ if asks else None,
        bool(caller.scopes & ANSWERING),
    )


def exposition(caller: Caller) -> bytes:
    """The figures of everybody as Prometheus reads them; nothing for who sees some departments."""
    return exposed(
        "futurisys.oversight",
        caller,
        lambda: _Figures(oversight(_NO_PERSON, seconds=SCRAPE_SECONDS)),
    )


@dataclass(frozen=True, eq=False)
class _Figures(Collector):
    """Figures in Prometheus' words."""

    found: Oversight

    def collect(self) -> Iterator[Metric]:
        found, span = self.found, f"in {self.found.days} days"
        for name, words, value in (
            ("flagged_people", "People signalled", found.flagged),
            ("flagged_people_reviewed", "People signalled and looked at", found.looked),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"futurisys_{name}", f"{words}, {span}.", value)
        said = GaugeMetricFamily(
            "futurisys_reviewed_estimates", f"Estimates by what was said, {span}.", labels=["kind"]
        )
        for kind, count in found.kinds.items():
            said.add_metric([kind], count)
        yield said
        for name, words in (
            ("people", "Open requests of persons."),
            ("late", "Open requests whose day is past."),
            ("days", "Days since the first open request came."),
        ):
            family = GaugeMetricFamily(f"futurisys_open_requests_{name}", words, labels=["kind"])
            for request in found.requests or ():
                family.add_metric([request.kind], getattr(request, name))
            yield family
