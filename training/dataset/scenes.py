"""The scenes of the episodes, each stored once, under its digest: ``meta/scenes/<digest>``."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pydantic import ValidationError

from training.dataset import codec, zarr_json
from training.dataset.storage import METADATA, Storage
from twin.errors import DatasetError, InputError
from twin.scene import Scene, validate

MAX_BYTES = 256 * 1024 * 1024
ABOUT = "a scene as JSON; its instances give class, name and size of each id"


@dataclass(frozen=True, slots=True)
class SceneStore:
    """Scenes of one part."""

    storage: Storage
    part: str

    def put(self, scene: Scene) -> str:
        """Store a scene; its digest."""
        text = scene.to_json().encode()
        digest = hashlib.sha256(text).hexdigest()
        self.storage.put(f"{self._path(digest)}/c/0", codec.encode_chunk(np.frombuffer(text, np.uint8)))
        self.storage.put(f"{self._path(digest)}/{METADATA}", zarr_json.blob(len(text), ABOUT))
        return digest

    def text(self, digest: str) -> bytes:
        """The JSON of a stored scene; raises ``DatasetError`` when it is not there or not what was stored."""
        metadata = self.storage.get(f"{self._path(digest)}/{METADATA}")
        chunk = self.storage.get(f"{self._path(digest)}/c/0")
        try:
            (size,) = zarr_json.shape(zarr_json.parsed(metadata))
            if not 0 < size <= MAX_BYTES:
                raise codec.DamagedError(f"{size} bytes")
            text = codec.decode_chunk(chunk or b"", (size,), np.uint8).tobytes()
        except ValueError as error:
            raise self._damaged(digest) from error
        if hashlib.sha256(text).hexdigest() != digest:
            raise self._damaged(digest)
        return text

    def get(self, digest: str) -> Scene:
        """A stored scene; raises ``DatasetError`` also for one that no program of ours could have made."""
        try:
            scene = Scene.from_json(self.text(digest))
            validate(scene)
            _check_meshes(scene)
        except ValidationError as error:
            raise self._damaged(digest) from error
        except InputError as error:
            text = " ".join(line.strip() for line in str(error).splitlines()[:2])
            raise DatasetError(f"{self.storage.label}: {self._path(digest)} is damaged: {text}") from error
        return scene

    def _path(self, digest: str) -> str:
        return f"{self.part}meta/scenes/{digest}"

    def _damaged(self, digest: str) -> DatasetError:
        return DatasetError(f"{self.storage.label}: the scene {self._path(digest)} is missing or damaged")


def _check_meshes(scene: Scene) -> None:
    """Scenes that are built here have sound meshes; kernels would read behind the end of others."""
    for mesh in scene.meshes:
        corners = np.array(mesh.faces).reshape(-1)
        if (wrong := corners[(corners < 0) | (corners >= len(mesh.vertices))]).size:
            what = f"a face has the corner {wrong[0]}, and it has {len(mesh.vertices)} vertices"
            raise InputError(f"mesh '{mesh.name}': {what}")


class SceneCache:
    """The scenes used last, of all parts."""

    def __init__(self, size: int = 8) -> None:
        self._get = lru_cache(maxsize=size)(SceneStore.get)

    def get(self, store: SceneStore, digest: str) -> Scene:
        """A stored scene."""
        return self._get(store, digest)
