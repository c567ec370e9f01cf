#version 330
#include "view.glsl"
#include "geom.glsl"

in vec4 geom_color;  // rgb, emission
in vec4 geom_tile;  // how often its texture repeats in a metre along each axis; w: gloss
in vec3 geom_middle;  // of the texture, in the geom's frame
in uint geom_instance;

invariant gl_Position;
out vec3 normal;
out vec2 uv;
#ifdef GRAIN
out vec2 grain_uv;
flat out float grain_strength;
#endif
flat out vec4 color;
flat out vec2 layer_gloss;
flat out uint instance;

const float GRAIN_SIZE = 0.45;  // m that one image of it covers
const float PI = 3.14159265;

// Seen from outside, the image's top is towards +z, or +y on what looks up or down; see twin/textures.
vec2 across(vec3 local) {
    vec3 p = (local - geom_middle) * geom_tile.xyz;
    int side = int(vertex_shape.z);
    switch (side) {
        case 0: return vec2(p.y, -p.z);
        case 1: return vec2(-p.y, -p.z);
        case 2: return vec2(-p.x, -p.z);
        case 3: return vec2(p.x, -p.z);
        case 4: return vec2(p.x, -p.y);
        case 5: return vec2(-p.x, -p.y);
    }
    float times = max(1.0, round(2.0 * PI * geom_scale.x * geom_tile.x));  // whole ones, so that the ends meet
    return vec2(vertex_shape.y * times, -p.z);
}

void main() {
    vec3 at = local();
    gl_Position = clip_from_world * vec4(placed(at), 1.0);
    normal = turned_normal();
    uv = 0.5 + across(at);
#ifdef GRAIN  // for what is rough, and covered by an image too large to show it
    float size = 1.0 / max(geom_tile.x, max(geom_tile.y, geom_tile.z));
    grain_uv = across(at) * size / GRAIN_SIZE;
    grain_strength = geom_position.w < 0.0 ? 0.0 : 0.28 * (1.0 - smoothstep(0.3, 0.5, geom_tile.w)) * smoothstep(0.5, 3.0, size);
#endif
    color = geom_color;
    layer_gloss = vec2(geom_position.w, geom_tile.w);
    instance = geom_instance;
}
