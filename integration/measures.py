"""The numbers behind ``/metrics``, read from the database when asked, so every process agrees."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.models import Q
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from integration import budget
from integration.jobs import SET_ASIDE
from integration.models import Grant, Job, Portal, VendorUsage
from integration.models.jobs import Queue
from integration.models.tenancy import PortalQuerySet

JOBS = """
SELECT queue,
  count(*) FILTER (WHERE paused_reason = '' AND next_at <= %(now)s) AS due,
  count(*) FILTER (WHERE lease_until >= clock_timestamp()) AS running,
  count(*) FILTER (WHERE paused_reason = %(aside)s) AS set_aside,
  count(*) FILTER (WHERE paused_reason NOT IN ('', %(aside)s)) AS paused,
  coalesce(extract(epoch FROM %(now)s - min(next_at) FILTER (
    WHERE paused_reason = '' AND next_at <= %(now)s
      AND coalesce(lease_until < clock_timestamp(), true))), 0) AS lag
FROM {table} WHERE %(portal)s::uuid IS NULL OR portal_id = %(portal)s::uuid GROUP BY queue
"""
STATES = ("due", "running", "set_aside", "paused")


class Measures(Collector):
    """Everything of one portal, or of all."""

    def __init__(self, portal: Portal | None, now: datetime) -> None:
        self.portal = portal
        self.now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._jobs()
        yield from self._recurring()
        yield from self._connections()
        yield self._calls()
        if self.portal is None:
            yield self._reads()

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        values = {
            "now": self.now,
            "aside": SET_ASIDE,
            "portal": self.portal and str(self.portal.pk),
        }
        with connection.cursor() as cursor:
            cursor.execute(JOBS.format(table=Job._meta.db_table), values)
            found = {row[0]: row[1:] for row in cursor.fetchall()}
        jobs = GaugeMetricFamily("dealbooks_jobs", "Jobs by state", labels=["queue", "state"])
        lag = GaugeMetricFamily(
            "dealbooks_queue_lag_seconds", "Age of the oldest due job nobody works on",
            labels=["queue"],
        )  # fmt: skip
        for queue in Queue.values:
            row = found.get(queue, (0, 0, 0, 0, 0))
            lag.add_metric([queue], float(row[4]))
            for state, count in zip(STATES, row[:4], strict=True):
                jobs.add_metric([queue, state], count)
        yield jobs
        yield lag

    def _recurring(self) -> Iterator[GaugeMetricFamily]:
        age = GaugeMetricFamily(
            "dealbooks_last_success_age_seconds", "Since recurring work last succeeded",
            labels=["kind", "portal", "company"],
        )  # fmt: skip
        failures = GaugeMetricFamily(
            "dealbooks_job_attempts", "Failed attempts in a row of recurring work",
            labels=["kind", "portal", "company"],
        )  # fmt: skip
        for job in self._of(Job.objects).filter(every__isnull=False).order_by("kind", "pk"):
            labels = [job.kind, str(job.portal_id), str(job.company_id or "")]
            since = job.last_success_at or job.created_at
            age.add_metric(labels, (self.now - since).total_seconds())
            failures.add_metric(labels, job.attempts)
        yield age
        yield failures

    def _connections(self) -> Iterator[GaugeMetricFamily]:
        labels = ["vendor", "portal", "company"]
        state = GaugeMetricFamily(
            "dealbooks_connection", "1 for each connection, by state", labels=[*labels, "state"]
        )
        days = GaugeMetricFamily(
            "dealbooks_connection_days_left", "Until a person must reconnect", labels=labels
        )
        for grant in self._of(Grant.objects).order_by("created_at", "pk"):
            names = [grant.vendor, str(grant.portal_id), str(grant.company_id or "")]
            state.add_metric([*names, grant.state], 1)
            ends = [each for each in (grant.refresh_expires_at, grant.hard_expires_at) if each]
            if ends:
                days.add_metric(names, (min(ends) - self.now).total_seconds() / 86400)
        yield state
        yield days

    def _calls(self) -> GaugeMetricFamily:
        calls = GaugeMetricFamily(
            "dealbooks_vendor_calls_today", "Calls since midnight UTC",
            labels=["vendor", "portal", "account", "result"],
        )  # fmt: skip
        for usage in self._of(VendorUsage.objects).filter(day=self.now.date()).order_by("pk"):
            names = [usage.vendor, str(usage.portal_id), usage.account]
            for result in ("reads", "writes", "failures", "throttled"):
                calls.add_metric([*names, result], getattr(usage, result))
        return calls

    def _reads(self) -> GaugeMetricFamily:
        standing = budget.standing(self.now)
        reads = GaugeMetricFamily(
            "dealbooks_quickbooks_reads_month",
            "Metered reads of all companies this month, where they rest, and the plan's line",
            labels=["what"],
        )
        for what, number in (
            ("used", standing.used),
            ("forecast", standing.forecast),
            ("stop", standing.line.stop_at),
            ("line", standing.line.reads),
        ):
            reads.add_metric([what], number)
        return reads

    def _of(self, rows: PortalQuerySet) -> PortalQuerySet:
        if self.portal is not None:
            return rows.for_portal(self.portal)
        return rows.everywhere("the operator's numbers are of the whole installation").filter(Q())


def registry(portal: Portal | None, now: datetime) -> CollectorRegistry:
    """A registry for one answer."""
    found = CollectorRegistry(auto_describe=False)
    found.register(Measures(portal, now))
    return found
