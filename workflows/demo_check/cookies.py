"""Cookies as Chromium keeps them on this machine: by host, whatever the port. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cookie:
    """One line of Set-Cookie. ``ends``: it takes an earlier one away."""

    name: str
    value: str
    path: str = "/"
    secure: bool = False
    same_site: str = ""
    partitioned: bool = False
    ends: bool = False

    @property
    def comes_back_in_frames(self) -> bool:
        """Whether a frame in a page of another site gets it."""
        return self.secure and self.same_site == "none" and self.partitioned


class Jar:
    """``partitioned_only``: the jar of a frame in a page of another site."""

    def __init__(self, *, partitioned_only: bool = False) -> None:
        self._partitioned_only = partitioned_only
        self._kept: dict[tuple[str, str], Cookie] = {}

    def keep(self, host: str, lines: list[str]) -> None:
        """Take over what an answer's Set-Cookie lines say."""
        for cookie in map(parse, lines):
            if self._partitioned_only and not cookie.comes_back_in_frames:
                continue
            if cookie.ends:
                self._kept.pop((host, cookie.name), None)
            else:
                self._kept[(host, cookie.name)] = cookie

    def header(self, host: str, path: str) -> dict[str, str]:
        """The Cookie header for a request, or none. Secure ones too: loopback is trustworthy."""
        found = [
            f"{cookie.name}={cookie.value}"
            for (owner, _name), cookie in self._kept.items()
            if owner == host and _covers(cookie.path, path or "/")
        ]
        return {"Cookie": "; ".join(found)} if found else {}


def parse(line: str) -> Cookie:
    first, *rest = line.split(";")
    name, _equals, value = first.strip().partition("=")
    found = dict(_attribute(part) for part in rest)
    return Cookie(
        name=name,
        value=value,
        path=found.get("path") or "/",
        secure="secure" in found,
        same_site=found.get("samesite", "").lower(),
        partitioned="partitioned" in found,
        ends=found.get("max-age", "").lstrip("-0") == "" and "max-age" in found,
    )


def _attribute(part: str) -> tuple[str, str]:
    name, _equals, value = part.strip().partition("=")
    return name.lower(), value.strip()


def _covers(cookie_path: str, path: str) -> bool:
    return path == cookie_path or path.startswith(cookie_path.rstrip("/") + "/")
