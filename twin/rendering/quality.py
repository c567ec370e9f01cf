"""How much a picture is worth: profiles as data. They change colours alone, never depth or ids."""

from dataclasses import dataclass

from twin.errors import entry


@dataclass(frozen=True, slots=True)
class Quality:
    """What is drawn beyond geometry and directional light."""

    name: str
    textures: bool = False
    local_lights: int = 0
    """Point and spot lights that count, the brightest first."""
    shadow_size: int = 0
    """Texels each way of the shadow map of the brightest shadow-casting light; 0 for no shadows."""
    shadow_looks: int = 1
    """Places of the map, at most 5, whose mean softens a shadow's edge; each is a mean of four texels."""
    ambient_occlusion: bool = False
    """Whether corners and what stands on the floor darken their surroundings."""
    supersampling: int = 1
    """Pixels drawn for each pixel of the picture, each way; depth and ids are always those of pixel centres."""

    @property
    def per_pixel(self) -> bool:
        """Whether light is worked out for each pixel rather than for each vertex."""
        return self.textures or self.local_lights > 0 or self.shadow_size > 0 or self.ambient_occlusion


FAST = Quality("fast")
STANDARD = Quality("standard", textures=True, local_lights=4, shadow_size=1024)
FULL = Quality(
    "full",
    textures=True,
    local_lights=16,
    shadow_size=2048,
    shadow_looks=5,
    ambient_occlusion=True,
    supersampling=2,
)

QUALITIES = {quality.name: quality for quality in (FAST, STANDARD, FULL)}
"""Profiles by name."""


def quality_of(chosen: str | Quality) -> Quality:
    """A profile by name; raises ``UnknownNameError``."""
    if isinstance(chosen, Quality):
        return chosen
    return entry("quality", chosen, QUALITIES)
