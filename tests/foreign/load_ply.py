"""Faces and bounds of models, as trimesh reads them: load_ply.py FILE..."""

import json
import sys
from pathlib import Path

import trimesh

meshes = {Path(name).stem: trimesh.load(name, process=False) for name in sys.argv[1:]}
print(json.dumps({name: {"faces": len(m.faces), "bounds": m.bounds.tolist()} for name, m in meshes.items()}))
