"""Recorded episodes on disk: plain Zarr v3, written once, committed episode by episode, read lazily."""

from training.dataset.reader import Dataset, Row, Rows
from training.dataset.schema import ArraySpec, CameraModel, DatasetMeta, EpisodeRecord
from training.dataset.writer import DatasetWriter, EpisodeWriter

__all__ = [
    "ArraySpec",
    "CameraModel",
    "Dataset",
    "DatasetMeta",
    "DatasetWriter",
    "EpisodeRecord",
    "EpisodeWriter",
    "Row",
    "Rows",
]
