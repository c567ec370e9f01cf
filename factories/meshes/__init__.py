"""What equipment looks like where boxes are not enough: meshes made by small functions, a few hundred triangles each.

Each file holds the meshes of one kind of equipment, one for each material; ``solids`` holds what they are made of.
"""
