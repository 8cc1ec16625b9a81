"""``manage.py makemessages``: Django's own with our folders and without guessed translations."""

import argparse

from django.core.management.commands import makemessages

ELSEWHERE = (
    ".venv/*", "bench/*", "hubspot_card/*", "node_modules/*", "sandbox/*", "staticfiles/*",
    "tests/*", "var/*",
)  # fmt: skip


class Command(makemessages.Command):
    """A guessed translation is worse than none: an empty one fails a test."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(
            locale=["zh_Hant"], ignore_patterns=[*ELSEWHERE], no_obsolete=True, add_location="never"
        )
