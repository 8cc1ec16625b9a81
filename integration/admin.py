"""What the admin site shows: nothing by default (control 23)."""
