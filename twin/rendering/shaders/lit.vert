#version 330
#include "view.glsl"
#include "geom.glsl"

in vec4 geom_color;  // rgb, emission
in uint geom_instance;

invariant gl_Position;
out vec3 color;
flat out uint instance;

// Exact for flat faces, and these lights are far away: no pixel needs to do it again.
vec3 lit(vec3 normal) {
    vec3 light = vec3(mix(ambient.y, ambient.x, 0.5 + 0.5 * normal.z));
    for (int i = 0; i < MAX_LIGHTS; ++i) {
        float half_lambert = 0.5 + 0.5 * dot(normal, light_towards[i].xyz);
        light += half_lambert * half_lambert * light_color[i].rgb;
    }
    return geom_color.rgb * (light + geom_color.a * (1.0 - min(light, 1.0)));
}

void main() {
    gl_Position = clip_from_world * vec4(placed(local()), 1.0);
    color = lit(turned_normal());
    instance = geom_instance;
}
