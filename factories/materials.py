"""What surfaces look like. Textures are names that renderers draw procedurally; colours stand in where they cannot."""

from twin.scene import Material

CARDBOARD_COLORS = {"brown": (0.76, 0.58, 0.39), "light": (0.83, 0.68, 0.50), "white": (0.92, 0.91, 0.87)}
CARTON_PRINTS = 6
"""Prints on cartons of each colour."""
CARRIER_COLORS = {"blue": (0.12, 0.32, 0.68), "grey": (0.52, 0.55, 0.57), "red": (0.74, 0.15, 0.13)}

_MATERIALS = (
    Material("concrete", (0.56, 0.56, 0.54), "concrete", 5.0, 0.7),
    Material("wall_panel", (0.76, 0.78, 0.78), "wall_panel", 4.0, 0.55),
    Material("wall_base", (0.36, 0.40, 0.44), "wall_panel", 4.0, 0.55),
    Material("window", (0.86, 0.91, 0.95), "wall_panel", 4.0, 0.1, 0.0, 0.45),
    Material("concrete_pillar", (0.72, 0.71, 0.68), "concrete", 3.0, 0.8),
    Material("map_block", (0.62, 0.64, 0.68), "concrete", 4.0),
    Material("door_panel", (0.78, 0.80, 0.83), "door_slats", 2.0, 0.5),
    Material("wood", (0.80, 0.64, 0.45), "wood", 0.8, 0.9),
    Material("wood_dark", (0.66, 0.50, 0.33), "wood", 0.8, 0.9),
    Material("steel", (0.66, 0.68, 0.70), "brushed_steel", 0.5, 0.4, 0.8),
    Material("steel_galvanized", (0.70, 0.73, 0.75), "brushed_steel", 0.5, 0.5, 0.6),
    Material("steel_dark", (0.20, 0.21, 0.23), "painted_metal", 0.8, 0.5, 0.4),
    Material("stillage_steel", (0.48, 0.55, 0.54), "painted_metal", 0.6, 0.5, 0.4),
    Material("rack_blue", (0.10, 0.27, 0.60), "perforated", 0.1, 0.5, 0.2),
    Material("rack_brace", (0.58, 0.60, 0.62), "brushed_steel", 0.5, 0.5, 0.5),
    Material("rack_orange", (0.93, 0.40, 0.08), "painted_metal", 1.0, 0.5, 0.2),
    Material("tool_board", (0.18, 0.34, 0.60), "perforated", 0.08, 0.5, 0.2),
    Material("machine_white", (0.88, 0.89, 0.88), "painted_metal", 1.2, 0.4),
    Material("machine_green", (0.27, 0.50, 0.40), "painted_metal", 1.2, 0.5),
    Material("glass_dark", (0.10, 0.14, 0.17), "", 1.0, 0.1),
    Material("screen", (0.55, 0.68, 0.82), "screen", 0.0, 0.2, 0.0, 0.6),
    Material("beacon_green", (0.15, 0.85, 0.25), "", 1.0, 0.4, 0.0, 0.8),
    Material("beacon_orange", (1.00, 0.55, 0.05), "", 1.0, 0.4, 0.0, 0.8),
    Material("rubber", (0.11, 0.11, 0.12), "rubber", 0.4, 0.95),
    Material("belt", (0.17, 0.18, 0.18), "belt", 1.0, 0.9),
    Material("truck_orange", (0.95, 0.45, 0.06), "painted_metal", 1.5, 0.4),
    Material("truck_yellow", (0.97, 0.76, 0.08), "painted_metal", 1.5, 0.4),
    Material("truck_red", (0.78, 0.12, 0.10), "painted_metal", 1.5, 0.4),
    Material("rim", (0.72, 0.73, 0.74), "painted_metal", 0.3, 0.4, 0.5),
    Material("lamp", (1.00, 0.97, 0.88), "", 1.0, 0.3, 0.0, 0.9),
    Material("reflective", (0.86, 0.88, 0.88), "", 1.0, 0.3, 0.0, 0.25),
    Material("seat", (0.13, 0.13, 0.15), "", 1.0, 0.9),
    Material("safety_yellow", (0.97, 0.79, 0.05), "painted_metal", 0.8, 0.5),
    Material("hazard", (0.95, 0.78, 0.08), "hazard_stripes", 0.4, 0.6),
    Material("marking_yellow", (0.95, 0.78, 0.10), "floor_paint", 1.0, 0.7),
    Material("marking_white", (0.93, 0.93, 0.91), "floor_paint", 1.0, 0.7),
    Material("marking_red", (0.78, 0.16, 0.13), "floor_paint", 1.0, 0.7),
    Material("marking_green", (0.18, 0.55, 0.29), "floor_paint", 1.0, 0.7),
    Material("skin", (0.78, 0.58, 0.47)),
    Material("trousers", (0.15, 0.18, 0.27), "fabric", 0.5, 0.95),
    Material("vest_orange", (1.00, 0.42, 0.04), "hi_vis", 0.6, 0.8, 0.0, 0.15),
    Material("vest_yellow", (0.80, 0.95, 0.08), "hi_vis", 0.6, 0.8, 0.0, 0.15),
    Material("helmet_white", (0.94, 0.94, 0.92), "", 1.0, 0.4),
    Material("helmet_blue", (0.10, 0.30, 0.70), "", 1.0, 0.4),
    Material("wrapped_light", (0.92, 0.86, 0.78), "stretch_wrap", 0.0, 0.3),
    Material("wrapped_white", (0.84, 0.88, 0.90), "stretch_wrap", 0.0, 0.3),
    *(Material(f"carrier_{name}", color, "ribs", 0.0, 0.5) for name, color in CARRIER_COLORS.items()),
    *(
        Material(f"cardboard_{name}_{i}", color, f"carton:{i}", 0.0, 0.95)
        for name, color in CARDBOARD_COLORS.items()
        for i in range(CARTON_PRINTS)
    ),
)

MATERIALS = {material.name: material for material in _MATERIALS}


def textured(name: str) -> Material:
    """The material of a plate that shows a texture with an argument, such as ``sign:A12``, stretched over it."""
    return Material(name, (1.0, 1.0, 1.0), name, 0.0, 0.6, emission=0.1)
