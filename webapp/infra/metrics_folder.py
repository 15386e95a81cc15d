"""The folder in which a machine's web processes count (`webapp.infra.metrics`): it is named before that is imported.

The library decides how to count when it is loaded, by this variable: alone, or with others in files.
"""

import os
import shutil
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def name(folder: Path) -> None:
    """Name the folder to this process and those started from here."""
    os.environ[FOLDER] = str(folder)


def prepare(folder: Path) -> None:
    """Name the folder, and empty it: what earlier processes counted is over."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    name(folder)
