"""Installs LIBLINEAR without its limit of 300 dual iterations into a folder.

    python uncapped.py REQUIREMENTS FOLDER

The limit is a constant in the C++ source: no tolerance gets a dual solver beyond it. The sources are those of the
version that the requirements file pins; one number is changed.
"""

import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

CAPPED = "int dual_solver_max_iter = 300;"
UNCAPPED = "int dual_solver_max_iter = 2000000000;"


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*command, *arguments], check=True)


def main(requirements, folder):
    pinned = re.search(r"^liblinear-official==\S+", pathlib.Path(requirements).read_text(), re.MULTILINE)
    if pinned is None:
        sys.exit(f"{requirements} does not pin liblinear-official")
    with tempfile.TemporaryDirectory() as scratch:
        pip("download", "--no-deps", "--no-binary", ":all:", "-d", scratch, pinned.group())
        (archive,) = pathlib.Path(scratch).glob("*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        (source,) = pathlib.Path(scratch).glob("*/cpp-source/linear.cpp")
        text = source.read_text()
        if text.count(CAPPED) != 1:
            sys.exit(f"{pinned.group()} does not have the line: {CAPPED}")
        source.write_text(text.replace(CAPPED, UNCAPPED))
        pip("install", "--no-deps", "--upgrade", "--target", folder, str(source.parent.parent))


if __name__ == "__main__":
    main(*sys.argv[1:])
