"""Control 30: what is installed is exactly what was locked, wherever it is fetched from."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
ENTRY = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+(?: ; .+?)? \\\n((?: +--hash=.+\n)+)", re.M)


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_c30_every_package_is_pinned_by_hash(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.lock").read_text()
    pinned = {package for package, _ in ENTRY.findall(text)}
    named = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", text, re.M))
    assert named
    assert pinned == named


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_c30_locks_name_no_registry_and_no_path(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.lock").read_text()
    assert not re.search(r"://|--index|--find-links|--trusted-host|@ |(?m:^|[ =])/\w", text)


def test_development_installs_the_same_versions_as_production() -> None:
    def versions(name: str) -> set[str]:
        text = (REQUIREMENTS / f"{name}.lock").read_text()
        return set(re.findall(r"^([a-z0-9][a-z0-9._-]*==[^ ;]+)", text, re.M))

    assert versions("base") <= versions("dev")
