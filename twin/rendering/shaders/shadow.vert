#version 330
#include "view.glsl"
#include "geom.glsl"

void main() {
    vec4 place = shadow_from_world * vec4(placed(local()), 1.0);
    gl_Position = vec4(2.0 * place.xyz - place.w, place.w);
}
