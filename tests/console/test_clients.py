"""`onegrid clients`: in, seen, with a new key, out."""

import re

from typer.testing import CliRunner

from onegrid.console import clients
from onegrid.exchange.openplatform.models import ApiClient
from onegrid.exchange.openplatform.queries import client_of_key
from tests.cases.conftest import AT
from tests.streets import streets  # noqa: F401  a fixture

KEY = re.compile(r"og_[0-9a-f]{48}")


def run(*words: str) -> str:
    done = CliRunner().invoke(clients.app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_from_issue_to_revoke(streets):  # noqa: F811
    said = run(
        "issue", "某厂平台", "--may", "cases.see", "--may", "cases.report", "--org", streets.a.centre.code,
        "--area", streets.a.area.code, "--channel", "sensor",
    )  # fmt: skip
    key, made = KEY.search(said)[0], ApiClient.objects.get()
    assert client_of_key(key, AT) == made and made.permissions == ["cases.report", "cases.see"]
    assert made.area == streets.a.area and made.channel == "sensor"
    assert "某厂平台" in run("list") and not KEY.search(run("list"))
    second = KEY.search(run("rotate", str(made.pk), "--grace-hours", "0"))[0]
    assert client_of_key(second, AT) == made and made.keys.exclude(ends_at=None).count() == 1
    run("revoke", str(made.pk), "--reason", "合同到期")
    assert client_of_key(second, AT) is None


def test_words_that_name_nothing(streets):  # noqa: F811
    for wrong in (["--org", "nowhere"], ["--org", streets.a.centre.code, "--channel", "drum"]):
        done = CliRunner().invoke(clients.app, ["issue", "x", "--may", "cases.see", *wrong])
        assert done.exit_code == 2
    assert not ApiClient.objects.exists()
