"""Every command of `onegrid` says what it does, and starts Django itself where it needs the rooms."""

import django
import pytest
import typer
from typer.testing import CliRunner

from onegrid import console

# What must work when the application is broken, or starts other processes; the others read or write through rooms.
WITHOUT_DJANGO = {"backup", "server"}


@pytest.fixture(scope="module")
def command():
    console.mount_groups()
    return typer.main.get_command(console.app)


def groups(command) -> dict[str, list[str]]:
    context = typer.Context(command)
    found = {}
    for name in command.list_commands(context):
        group = command.get_command(context, name)
        if hasattr(group, "commands"):
            found[name] = sorted(group.commands)
    return found


def test_a_group_starts_django_before_its_commands(command, monkeypatch):
    started = []
    monkeypatch.setattr(django, "setup", lambda: started.append(1))
    silent, there = set(), groups(command)
    assert len(there) > 15
    for name, commands in there.items():
        started.clear()
        if commands:
            done = CliRunner().invoke(console.app, [name, commands[0], "--help"])
            assert done.exit_code == 0, done.output
        if commands and not started:
            silent.add(name)
    assert silent == WITHOUT_DJANGO


def test_every_command_says_what_it_does(command, monkeypatch):
    monkeypatch.setattr(django, "setup", lambda: None)
    for name, commands in groups(command).items():
        for one in commands:
            done = CliRunner().invoke(console.app, [name, one, "--help"])
            words = [line.strip() for line in done.output.splitlines() if line.strip()]
            assert done.exit_code == 0 and len(words) > 3, f"{name} {one}"
            assert not words[1].startswith(("Options", "╭")), f"{name} {one} has no words"
