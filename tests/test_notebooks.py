"""Notebooks run from top to bottom, and are stored without output."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
STRICT = """
import warnings

warnings.simplefilter("error")
warnings.filterwarnings("default", module="ipykernel")
"""


def read(path: Path) -> nbformat.NotebookNode:
    """Read a stored notebook."""
    return nbformat.read(path, as_version=4)


def by_name(path: Path) -> str:
    """Name a test after its notebook."""
    return path.stem


def test_there_are_notebooks():
    """An empty folder would pass every test below."""
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)
def test_a_notebook_is_stored_without_output(path: Path):
    """No results, no counters and no names of one machine's kernel are kept in the repository."""
    notebook = read(path)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count is not None] == []
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata["kernelspec"] == {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }


@pytest.mark.notebook
@pytest.mark.slow
# The client's own machinery (sockets, event loop) is not what is tried here.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)
def test_a_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path):
    """Every cell runs in order in an empty folder, and a warning is an error.

    To look at the executed copy, name a folder to keep it in: KURIHARA_GEO_NOTEBOOKS.
    """
    notebook = read(path)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(STRICT))
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute(env={**os.environ, "PYTHONPATH": str(FOLDER.parent)})
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs, "the notebook shows nothing"
    assert [output for output in outputs if output.output_type == "error"] == []
    assert [output for output in outputs if "Traceback" in str(output)] == []
    kept = os.environ.get("KURIHARA_GEO_NOTEBOOKS")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, Path(kept) / path.name)
