#version 330

const uint CONCRETE = 1u;

in vec3 color;
in vec2 tile;
flat in uint pattern;
flat in uint instance;

layout(location = 0) out vec4 out_color;
layout(location = 1) out uint out_instance;
layout(location = 2) out float out_depth;

// Poured slabs: each a little lighter or darker than the next, with joints that fade where they are below a pixel.
float concrete() {
    float tint = fract(sin(dot(floor(tile), vec2(12.9898, 78.233))) * 43758.5453);
    vec2 pixel = fwidth(tile);
    vec2 to_joint = 0.5 - abs(fract(tile) - 0.5);
    vec2 joint = (1.0 - smoothstep(vec2(0.004), 0.004 + pixel, to_joint)) * min(0.012 / (pixel + 1e-6), 1.0);
    return (0.94 + 0.12 * tint) * (1.0 - 0.3 * max(joint.x, joint.y));
}

void main() {
    out_color = vec4(pattern == CONCRETE ? color * concrete() : color, 1.0);
    out_instance = instance;
    out_depth = 1.0 / gl_FragCoord.w;  // the distance along the optical axis: what projection.py puts in w
}
