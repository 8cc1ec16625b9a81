"""The main path without a person: what ``manage.py demo_check`` drives, reads and compares."""
