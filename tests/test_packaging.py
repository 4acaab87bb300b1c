"""Guards for plain package names: nothing shadows ours, the wheel holds them whole."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: tuple[str, ...] = tuple(
    PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
)
PACKAGE_DATA = {".py", ".rules", ".lark", ".json"}


def _tracked(*places: str) -> set[str]:
    """Files of the checkout under these places, as git lists them."""
    listed = subprocess.run(  # noqa: S603 - our own arguments
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *places],  # noqa: S607 - git is found on the path
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(listed.stdout.splitlines())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built as the container file builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603 - our own arguments
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        ],
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_ships_a_package_of_our_name(package: str) -> None:
    shippers = set(packages_distributions().get(package, []))
    assert shippers <= {PROJECT["project"]["name"]}


def test_tests_are_no_package() -> None:
    assert [name for name in _tracked("tests") if name.endswith("__init__.py")] == []


def test_the_wheel_holds_the_four_packages_whole_and_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == _tracked(*PACKAGES)


def test_the_wheel_holds_only_kinds_of_file_that_are_read_at_run_time(
    wheel: zipfile.ZipFile,
) -> None:
    kinds = {
        Path(name).suffix for name in wheel.namelist() if ".dist-info/" not in name
    }
    assert kinds <= PACKAGE_DATA | {".md"}


def test_the_wheel_is_marked_against_being_published() -> None:
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


@pytest.mark.parametrize("pins", sorted((ROOT / "deploy").glob("requirements*.txt")))
def test_every_pin_has_a_hash_and_no_host(pins: Path) -> None:
    lines = pins.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    assert all("==" in line and "--hash=sha256:" in line for line in lines)
    assert not any("://" in line or "--index" in line for line in lines)


@pytest.mark.parametrize(
    "smaller",
    [
        "requirements.txt",
        "requirements-test.txt",
        "requirements-traces.txt",
    ],
)
def test_the_sets_of_pins_agree(smaller: str) -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        return {line for line in text.splitlines() if "==" in line}

    assert pins(smaller) <= pins("requirements-bench.txt")
