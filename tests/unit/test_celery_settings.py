"""The doorbell's settings (reliability A.2, mechanism 2) and its queues."""

import pytest

from integration.celery import app


def test_f63_a_message_is_only_gone_when_its_work_is_done() -> None:
    assert app.conf.task_acks_late is True
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_ignore_result is True
    assert app.conf.broker_connection_retry_on_startup is True
    assert app.conf.worker_cancel_long_running_tasks_on_connection_loss is True


def test_f64_a_silent_broker_is_noticed_in_seconds() -> None:
    options = app.conf.broker_transport_options
    assert options["visibility_timeout"] == 300
    assert options["unacked_restore_throttle"] == 1
    assert options["socket_timeout"] == 5
    assert options["socket_connect_timeout"] == 3
    assert options["health_check_interval"] == 30


def test_f70_beat_has_one_entry_and_keeps_nothing() -> None:
    assert [entry["task"] for entry in app.conf.beat_schedule.values()] == [
        "integration.tasks.tick"
    ]
    assert app.conf.beat_scheduler == "celery.beat:Scheduler"


@pytest.mark.parametrize("name", ["interactive", "webhook", "periodic", "backfill"])
def test_a_message_reaches_only_the_queue_it_is_sent_to(name: str) -> None:
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        queues = [queue.bind(channel) for queue in app.amqp.queues.values()]
        for queue in queues:
            queue.declare()
            queue.purge()
        app.send_task("nobody.takes.this", queue=name, connection=connection)
        waiting = {queue.name: queue.purge() for queue in queues}
    assert waiting == {
        "interactive": 0, "webhook": 0, "periodic": 0, "backfill": 0, name: 1,
    }  # fmt: skip
