"""The container and the services of compose.yaml: what a daemon would not tell until it is late."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from rnndemo.cli.main import parser
from rnndemo.jobs.cluster import SCHEDULER
from rnndemo.storage.folders import FOLDER_VARIABLE, HOME
from rnndemo.sweeps.server import DATABASE
from tests.started import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "row-by-row"}
GUIDE = (ROOT / "docs" / "serving.md").read_text()

PINNED = re.compile(r"[\w./-]+:[0-9][\w.-]*")
SETTING = re.compile(r"\$\{(\w+)[:}]")


def instructions(word: str) -> list[str]:
    """Return what follows each `word` in the Dockerfile; continued lines are one."""
    whole = re.sub(r"\\\n\s*", "", DOCKERFILE)
    return [
        line.removeprefix(word).strip()
        for line in whole.splitlines()
        if line.startswith(word + " ")
    ]


def test_images_have_a_version() -> None:
    images = [line.split(" AS ")[0] for line in instructions("FROM")]
    images += [one["image"] for one in SERVICES.values() if one not in OURS.values()]
    assert all(map(PINNED.fullmatch, images)), images


def test_the_container_runs_as_nobody_of_note_and_says_how_it_is() -> None:
    (user,) = instructions("USER")
    assert int(user) >= 1000
    assert DOCKERFILE.rindex("USER ") > DOCKERFILE.rindex("RUN ")  # no step of it is undone
    (check,) = instructions("HEALTHCHECK")
    assert "/_stcore/health" in check
    assert instructions("VOLUME") == ["/data"]


def test_its_data_lie_in_the_volume() -> None:
    (settings,) = (line for line in instructions("ENV") if HOME in line)
    values = dict(word.split("=") for word in settings.split())
    assert values[HOME].startswith("/data/")
    assert values[FOLDER_VARIABLE].startswith("/data/")


def test_its_command_is_one_that_there_is() -> None:
    (command,) = instructions("CMD")
    program, *words = yaml.safe_load(command)
    assert program == "rowbyrow"
    assert parser().parse_args(["serve", *words]).host == "0.0.0.0"


def test_what_is_copied_exists_and_is_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            for source in line.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert any(fnmatch(source, pattern) for pattern in let), source


@pytest.mark.parametrize("name", OURS)
def test_our_services_can_do_no_more_than_they_need(name: str) -> None:
    service = OURS[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in service  # only the proxy is reached from outside


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    assert "reverse_proxy app:8501" in (ROOT / "deploy" / "Caddyfile").read_text()
    for name in ("scheduler", "database"):  # no way in or out
        assert SERVICES[name]["networks"] == ["back"]
    assert COMPOSE["networks"]["back"]["internal"]


def test_mounted_files_and_volumes_exist() -> None:
    for service in SERVICES.values():
        for mounted in service.get("volumes", ()):
            source = mounted.split(":")[0]
            known = (
                (ROOT / source).exists()
                if source.startswith("./")
                else source in COMPOSE["volumes"]
            )
            assert known, source


def test_no_secret_stands_in_it() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or re.fullmatch(r"\$\{\w+:-\}", value), name


def test_settings_are_explained_and_known() -> None:
    example = (ROOT / "deploy" / "example.env").read_text()
    settings = set(SETTING.findall((ROOT / "compose.yaml").read_text()))
    assert SERVICES["app"]["env_file"][0]["path"] == ".env"
    for name in settings | {SCHEDULER, DATABASE}:
        assert f"`{name}`" in GUIDE, name
        assert f"{name}=" in example, name


def test_the_database_has_a_driver() -> None:
    assert re.search(
        r"^psycopg\[binary\]==", (ROOT / "requirements-database.txt").read_text(), re.M
    )
    assert "requirements-database.txt" in instructions("COPY")[0]
