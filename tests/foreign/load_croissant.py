"""Validates a Croissant file and reads its records: load_croissant.py FILE TABLE..."""

import json
import sys

import mlcroissant

dataset = mlcroissant.Dataset(sys.argv[1])


def plain(value):
    return value.decode() if isinstance(value, bytes) else value


found = {
    table: [{k.partition("/")[2]: plain(v) for k, v in record.items()} for record in dataset.records(table)]
    for table in sys.argv[2:]
}
issues = dataset.metadata.ctx.issues
print(json.dumps({"records": found, "errors": sorted(issues.errors), "warnings": sorted(issues.warnings)}, default=str))
