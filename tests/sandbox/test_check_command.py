"""``python -m sandbox.check`` as a person or a script runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.checked_product import Product
from tests.sandbox.qbo_client import line
from tests.sandbox_process import ROOT


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox.check", *arguments],
        cwd=ROOT, input=given, text=True, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def test_command_reads_an_address_a_file_and_standard_input(
    product: Product, tmp_path: Path
) -> None:
    invoice = product.books.invoice("1", line(100))
    product.tell(invoice)
    fine = run(product.sandbox.hubspot)
    assert (fine.returncode, fine.stdout.splitlines()[-1]) == (0, "I1 to I4 hold.")
    product.books.control("pay", invoice_id=invoice["Id"])
    file = tmp_path / "history.json"
    file.write_text(json.dumps({"entries": product.sandbox.history()}))
    bad = run(str(file))
    assert bad.returncode == 1
    assert "I2  hubspot 48100001: invoices" in bad.stdout
    assert bad.stdout.splitlines()[-1] == "Found 1 (I2: 1)."
    assert run(str(file), "--running").returncode == 0
    answer = run("-", "--json", given=file.read_text())
    findings = json.loads(answer.stdout)["findings"]
    assert answer.returncode == 1
    assert [one["invariant"] for one in findings] == ["I2"]
    assert set(findings[0]) == {
        "invariant", "what", "vendor", "account", "entity", "id", "entries"
    }  # fmt: skip


@pytest.mark.parametrize("content", ["", "nonsense", "{}", '{"entries": [{"number": 1}]}', "[3]"])
def test_command_says_what_is_no_history(content: str) -> None:
    answer = run("-", given=content)
    assert answer.returncode == 2
    assert "cannot be checked" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_command_says_when_nothing_answers() -> None:
    answer = run("http://127.0.0.1:9/")
    assert answer.returncode == 2
    assert "cannot be checked" in answer.stderr
