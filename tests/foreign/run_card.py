"""Runs the Python that the cards of exports say loads them, each in its folder: run_card.py FOLDER..."""

import os
import re
import sys
from pathlib import Path

for folder in sys.argv[1:]:
    os.chdir(folder)
    card = Path("README.md").read_text()
    for code in re.findall(r"^```python\n(.*?)^```", card, re.MULTILINE | re.DOTALL):
        found = {}
        exec(compile(code, f"{folder}/README.md", "exec"), found)
        print(Path(folder).name, type(found.get("dataset", found.get("coco"))).__name__)
