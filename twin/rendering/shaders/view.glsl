// What shaders know of a frame; view_block.py packs it. In the world, metres.
const int MAX_LIGHTS = 4;
const int MAX_LAMPS = 16;

layout(std140) uniform View {
    mat4 clip_from_world;
    mat4 shadow_from_world;  // xyz / w is in 0..1 inside the shadow maps
    vec4 eye;  // w: height of the ceiling behind everything
    vec4 ray;  // through the first pixel, 1 along the optical axis
    vec4 ray_right;  // what one column more adds
    vec4 ray_down;  // what one row more adds
    vec4 background;
    vec4 ambient;  // from above, from below, of the per-pixel light above and below
    vec4 shadow;  // width of a texel (m), texels across, lookups to take the mean of (0: no map), whether moving things cast too
    vec4 caster;  // where the light that casts the shadow is (w: 1), or the direction to it (w: 0)
    vec4 occlusion;  // reach (m), pixels that 1 m has at a distance of 1 m, strength
    vec4 light_towards[MAX_LIGHTS];  // where one of these casts the shadow, the first one does
    vec4 light_color[MAX_LIGHTS];
    vec4 lamp_position[MAX_LAMPS];  // w: 1 for the one that casts the shadow
    vec4 lamp_direction[MAX_LAMPS];  // w: cosine of its half angle, below -1 for lamps that shine everywhere
    vec4 lamp_color[MAX_LAMPS];  // black from the first unused one on
};
