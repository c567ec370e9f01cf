"""Validates Croissant files and reads their records: load_croissant.py FILE..."""

import json
import sys
from pathlib import Path

import mlcroissant


def plain(value):
    return value.decode() if isinstance(value, bytes) else value


def read(path):
    dataset = mlcroissant.Dataset(path)
    tables = [name for name in ("episodes", "images") if path.with_name(f"{name}.csv").exists()]
    records = {
        table: [{k.partition("/")[2]: plain(v) for k, v in record.items()} for record in dataset.records(table)]
        for table in tables
    }
    issues = dataset.metadata.ctx.issues
    return {"records": records, "errors": sorted(issues.errors), "warnings": sorted(issues.warnings)}


print(json.dumps([read(Path(name)) for name in sys.argv[1:]], default=str))
