#version 330
#include "view.glsl"

layout(location = 0) out vec4 out_color;
layout(location = 1) out uint out_instance;
layout(location = 2) out float out_depth;

void main() {
    out_color = vec4(background.rgb, 1.0);
    out_instance = 0u;
    out_depth = 0.0;
}
