"""How amounts and instants read on a page, in the reader's language."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import formats, numberformat
from django.utils.translation import gettext, ngettext

from integration.currencies import exponent, round_money

MINUS = "\N{MINUS SIGN}"

JUST_NOW = timedelta(seconds=45)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def amount_text(amount: Decimal, currency: str = "") -> str:
    """``1234.5`` as ``1,234.50``; negative with a minus sign. Digits by the currency."""
    return _grouped(round_money(amount, currency), exponent(currency))


def number_text(number: Decimal, least: int = 0) -> str:
    """Every digit that matters, at least so many decimals: quantities, unit prices, percentages."""
    plain = number.normalize()
    return _grouped(plain, max(least, -int(plain.as_tuple().exponent)))


def _grouped(number: Decimal, places: int) -> str:
    text = numberformat.format(
        abs(number),
        formats.get_format("DECIMAL_SEPARATOR"),
        places,
        grouping=3,  # Chinese formats have none in Django, but amounts are read by thousands there
        thousand_sep=formats.get_format("THOUSAND_SEPARATOR") or ",",
        force_grouping=True,
    )
    return f"{MINUS}{text}" if number < 0 else text


def zone_of(name: str) -> ZoneInfo:
    """A zone by its name; UTC for one this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def exact_text(instant: datetime, zone: str, with_zone: bool = True) -> str:
    """Day and time to the second, e.g. ``Nov. 23, 2026, 14:05:09 (Asia/Taipei)``."""
    local = instant.astimezone(zone_of(zone))
    shown = {
        "day": formats.date_format(local, "DATE_FORMAT"),
        "time": formats.date_format(local, "H:i:s"),
        "zone": zone or "UTC",
    }
    if with_zone:
        return gettext("%(day)s, %(time)s (%(zone)s)") % shown
    return gettext("%(day)s, %(time)s") % shown


def relative_text(instant: datetime, now: datetime, zone: str) -> str:
    """``3 minutes ago``, ``in 2 hours``, ``yesterday, 14:05``, later the day itself."""
    distance = abs(now - instant)
    is_past = instant <= now
    if distance < JUST_NOW:
        return gettext("just now") if is_past else gettext("in a moment")
    if distance < HOUR:
        return _minutes(max(1, round(distance / timedelta(minutes=1))), is_past)
    if distance < DAY / 2:
        return _hours(round(distance / HOUR), is_past)
    return _day(instant, now, zone)


def _minutes(count: int, is_past: bool) -> str:
    if is_past:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", count) % {"count": count}
    return ngettext("in %(count)d minute", "in %(count)d minutes", count) % {"count": count}


def _hours(count: int, is_past: bool) -> str:
    if is_past:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", count) % {"count": count}
    return ngettext("in %(count)d hour", "in %(count)d hours", count) % {"count": count}


def _day(instant: datetime, now: datetime, zone: str) -> str:
    local = instant.astimezone(zone_of(zone))
    days = (local.date() - now.astimezone(zone_of(zone)).date()).days
    time = formats.date_format(local, "H:i")
    near = {
        -1: gettext("yesterday, %(time)s"),
        0: gettext("today, %(time)s"),
        1: gettext("tomorrow, %(time)s"),
    }
    if days in near:
        return near[days] % {"time": time}
    return formats.date_format(
        local, "SHORT_DATE_FORMAT" if abs(days) > 300 else "MONTH_DAY_FORMAT"
    )


BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def device_text(user_agent: str) -> str:
    """``Firefox, Windows`` from what a browser calls itself; its own words when unknown."""
    browser = next((name for mark, name in BROWSERS.items() if mark in user_agent), "")
    if not browser and "Safari/" in user_agent:
        browser = "Safari"
    system = next((name for mark, name in SYSTEMS.items() if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or user_agent[:90]
