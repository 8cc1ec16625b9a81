"""QuickBooks' half of the sandbox as a process of its own, freshly seeded for each test."""

from collections.abc import Iterator

import pytest

from tests.sandbox.checked_product import Product
from tests.sandbox.qbo_client import ADVANCED, AST, GB, US, Company, OAuth
from tests.sandbox_process import SandboxProcess


@pytest.fixture(scope="session")
def vendors_process() -> Iterator[SandboxProcess]:
    """On free ports, without a clock file: these tests know nothing of the product."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def vendors(vendors_process: SandboxProcess) -> Iterator[SandboxProcess]:
    vendors_process.reset()
    yield vendors_process
    assert vendors_process.errors() == []


@pytest.fixture
def company(vendors: SandboxProcess) -> Company:
    """The US company with sales tax by hand."""
    return Company(vendors, US)


@pytest.fixture
def automated(vendors: SandboxProcess) -> Company:
    """The US company with automated sales tax."""
    return Company(vendors, AST)


@pytest.fixture
def british(vendors: SandboxProcess) -> Company:
    """The UK company: VAT, pounds at home, several currencies."""
    return Company(vendors, GB)


@pytest.fixture
def advanced(vendors: SandboxProcess) -> Company:
    """The Advanced company with custom transaction numbers."""
    return Company(vendors, ADVANCED)


@pytest.fixture
def oauth(vendors: SandboxProcess) -> OAuth:
    return OAuth(vendors)


@pytest.fixture
def product(vendors: SandboxProcess, company: Company) -> Product:
    """A product whose set-up is not in the history."""
    found = Product(vendors, company)
    vendors.forget_history()
    return found
