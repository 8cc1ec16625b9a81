"""Codes of tasks and their history."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry

messages.add(
    {
        "audit.task.done": Entry(
            _("Task done"), _("%(person)s marked the task “%(name)s” as done.")
        ),
    }
)
