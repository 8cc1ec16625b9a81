"""What Celery runs: the tick that rings for due work, and the work itself (decision 5).

Both read the database, so a lost, late or doubled message is harmless.
"""

from celery import shared_task

from integration import jobs, leases, watchdog
from integration.clock import now
from integration.doorbell import send
from integration.jobs import Queue
from integration.webhooks import inbox

JOBS_A_RING = 10
RINGS_A_TICK = 8
"""For each queue; more due work is rung for by the next tick."""


@shared_task(ignore_result=True)
def tick() -> None:
    """Ring for every queue with due work. Two ticks at once only ring twice."""
    due = leases.due_by_queue(list(jobs.kinds()), now())
    if inbox.is_waiting():
        due[Queue.WEBHOOK.value] = due.get(Queue.WEBHOOK.value, 0) + 1
    for queue, count in due.items():
        for _ in range(min(count, RINGS_A_TICK)):
            send(queue)


@shared_task(ignore_result=True)
def work(queue: str) -> int:
    """Do due jobs of the queue until there are none, or for half a minute.

    Deliveries of webhooks belong to no portal, so reading them is no job; it comes first here.
    """
    if queue == Queue.WEBHOOK:
        inbox.drain(now())
    return jobs.run_due(queue, JOBS_A_RING, now())


watchdog.install()
