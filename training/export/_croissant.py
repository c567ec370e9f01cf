"""``croissant.json``: what the folder holds, for programs (https://docs.mlcommons.org/croissant/docs/croissant-spec.html).

Made by MLCommons' own library, which also reads it back: ``mlcroissant validate --jsonld croissant.json``.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training.export._licences import licence_url
from training.export._tables import EPISODES, IMAGES, Table

FILE = "croissant.json"
MIME = {
    ".bin": "application/octet-stream",
    ".csv": "text/csv",
    ".hdf5": "application/x-hdf5",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".mcap": "application/x-mcap",
    ".md": "text/markdown",
    ".mp4": "video/mp4",
    ".parquet": "application/vnd.apache.parquet",
    ".ply": "model/ply",
    ".png": "image/png",
    ".rrd": "application/x-rerun",
    ".tar": "application/x-tar",
    ".txt": "text/plain",
    ".yaml": "application/yaml",
}


def write_croissant(folder: Path, about: Mapping[str, Any]) -> bool:
    """Describe the files of a folder; False where the library is not installed."""
    try:
        import mlcroissant as mlc
    except ImportError:
        return False
    tables = [table for table in (EPISODES, IMAGES) if (folder / table.file).exists()]
    metadata = mlc.Metadata(
        name=about["name"],
        description=_description(about),
        license=[licence_url(about["licence"]) or about["licence"]],
        version="1.0.0",
        date_published=about["created"],
        url=f"urn:sha256:{about['lineage']['digest']}",
        cite_as=f"{about['name']}, made by {about['generator']}, sha256 {about['lineage']['digest']}",
        creators=[mlc.Organization(name=about["generator"])],
        distribution=[*(_file(mlc, folder, table) for table in tables), *_sets(mlc, folder)],
        record_sets=[_records(mlc, table) for table in tables],
    )
    text = json.dumps(metadata.to_json(), indent=1, default=str)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")
    return True


def _description(about: Mapping[str, Any]) -> str:
    """With what has to be known about the pixels."""
    marked = [f"{count} frames: {name.replace('_', ' ')}." for name, count in about["marked_frames"].items() if count]
    return ". ".join([about["description"].rstrip("."), " ".join(marked)]) if marked else about["description"]


def _file(mlc: Any, folder: Path, table: Table) -> Any:
    data = (folder / table.file).read_bytes()
    return mlc.FileObject(
        id=table.file,
        name=table.file,
        description=table.description,
        content_url=table.file,
        content_size=f"{len(data)} B",
        encoding_formats=[MIME[".csv"]],
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _sets(mlc: Any, folder: Path) -> Iterator[Any]:
    """A set of files for each kind of file in each of the folders directly below."""
    for top in sorted(path for path in folder.iterdir() if path.is_dir()):
        for ending in sorted({path.suffix for path in top.rglob("*") if path.is_file()}):
            yield mlc.FileSet(
                id=f"{top.name}{ending}",
                name=f"{top.name}{ending}",
                includes=[f"{top.name}/**/*{ending}"],
                encoding_formats=[MIME.get(ending, MIME[".bin"])],
            )


def _records(mlc: Any, table: Table) -> Any:
    kinds = {
        "text": mlc.DataType.TEXT,
        "integer": mlc.DataType.INTEGER,
        "float": mlc.DataType.FLOAT,
        "boolean": mlc.DataType.BOOL,
    }
    return mlc.RecordSet(
        id=table.name,
        name=table.name,
        description=table.description,
        fields=[
            mlc.Field(
                id=f"{table.name}/{column.name}",
                name=column.name,
                description=column.description,
                data_types=kinds[column.kind],
                source=mlc.Source(file_object=table.file, extract=mlc.Extract(column=column.name)),
            )
            for column in table.columns
        ],
    )
