"""What is written down is true: docstrings are there, their examples run, no text names one machine."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

import kurihara_geo

ROOT = Path(__file__).parents[2]
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".cff",
    ".yaml",
    ".yml",
    ".js",
    ".css",
    ".html",
    ".csv",
    ".geojson",
    ".ipynb",
    ".txt",
    "",
}
MADE = {"build", "dist", "out", "__pycache__"}
# Written in pieces, so that this file does not find itself.
ROOTED = "|".join(("work", "root", "opt", "Users"))
OF_ONE_MACHINE = re.compile(rf"(?<![\w.:~/-])/({ROOTED})/[\w.-]|/home/(?!USER)\w|[A-Z]:\\Users\\(?!YOU)\w")
REGISTRY = re.compile(
    "|".join(("index" + "-url", "https?://[^ /]*(pypi|artifactory|nexus|devpi)", "file:" + "///")),
    re.IGNORECASE,
)


def find_texts() -> list[Path]:
    """List the text files of the checkout, without what was made or installed in it."""
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and path.suffix in TEXTS
        and not any(
            part in MADE or (part.startswith(".") and part != ".ci") for part in path.relative_to(ROOT).parts[:-1]
        )
    ]


def find_modules() -> list[str]:
    """List every module of the package."""
    found = pkgutil.walk_packages(kurihara_geo.__path__, "kurihara_geo.")
    return ["kurihara_geo", *(module.name for module in found if not module.name.endswith("__main__"))]


def find_public() -> dict[str, object]:
    """List classes and functions that modules offer in ``__all__``, and public methods of the classes."""
    found: dict[str, object] = {}
    for module_name in find_modules():
        module = import_module(module_name)
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if not (inspect.isclass(value) or inspect.isfunction(value)):
                continue
            found[f"{module_name}.{name}"] = value
            if inspect.isclass(value) and value.__module__.startswith("kurihara_geo"):
                for own, member in vars(value).items():
                    if not own.startswith("_") and (
                        inspect.isfunction(member) or isinstance(member, property | classmethod)
                    ):
                        found[f"{module_name}.{name}.{own}"] = member
    return found


@pytest.mark.parametrize(
    ("pattern", "what"),
    [(OF_ONE_MACHINE, "a path of one machine"), (REGISTRY, "a package registry")],
    ids=["paths", "registries"],
)
def test_no_text_names_one_machine(pattern: re.Pattern[str], what: str):
    """No file of the project holds paths or registries of the machine it was written on."""
    named = []
    for path in find_texts():
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        named += [f"{path.relative_to(ROOT)}: {found.group()}" for found in pattern.finditer(text)]
    assert named == [], what


def test_every_public_name_is_described():
    """Each public class, function, method and property has a docstring that begins with a whole sentence."""
    poor = []
    for name, value in find_public().items():
        first = (inspect.getdoc(value) or "").strip().split("\n\n")[0]
        if not first.endswith((".", ":", "?", "!")):
            poor.append(name)
    assert poor == []


def test_every_module_says_what_it_is_about():
    """Each module begins with a docstring, but for rooms that are still empty."""
    silent = [name for name in find_modules() if not import_module(name).__doc__]
    assert [name for name in silent if Path(import_module(name).__file__).stat().st_size > 0] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", find_modules())
def test_the_examples_in_docstrings_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Every example prints what it says, in an empty folder."""
    module = import_module(name)
    monkeypatch.chdir(tmp_path)
    assert doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_the_readme_names_every_rule_and_exit_code():
    """The manual keeps up with the rules that can be asked."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rules = [name for name in inspect.signature(kurihara_geo.MergeRules).parameters if f"`{name}`" not in readme]
    assert rules == []
    assert all(f"| {code} |" in readme for code in (0, 2, 3, 130))


def test_the_attribution_stands_beside_the_data_and_in_the_readme():
    """The sources of the sample are named, word for word, in the README and in the licence of the data."""
    lines = (
        "「国勢調査(令和2年、平成27年)小地域」(総務省統計局)、政府統計の総合窓口(e-Stat) を加工して作成",
        "「国土数値情報(行政区域データ)平成31年」(国土交通省) を加工して作成",
        "指定緊急避難場所データ(国土地理院, 2021年8月), CC BY 4.0",
    )
    for name in ("README.md", "data/boundaries/LICENSE-DATA.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [line for line in lines if line not in text] == [], name


def test_links_between_documents_lead_somewhere():
    """Every relative link in a document at the top names a file that is there."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "data").rglob("*.md")]
    texts = {path: path.read_text(encoding="utf-8") for path in documents}
    links = {path: re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) for path, text in texts.items()}
    broken = [
        f"{path.name}: {target}"
        for path, targets in links.items()
        for target in targets
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_the_version_is_the_same_everywhere():
    """Package, project file and citation name one version."""
    version = kurihara_geo.__version__
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"[{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
