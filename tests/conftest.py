"""What every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """Give the folder of real data and yardsticks named by KURIHARA_GEO_SHARED, or skip."""
    named = os.environ.get("KURIHARA_GEO_SHARED")
    if not named:
        pytest.skip("KURIHARA_GEO_SHARED is not set: real data is not tried")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"KURIHARA_GEO_SHARED names {folder}, which is no folder: real data is not tried")
    return folder
