#version 330

in vec3 color;
flat in uint instance;

layout(location = 0) out vec4 out_color;
layout(location = 1) out uint out_instance;
layout(location = 2) out float out_depth;

void main() {
    out_color = vec4(color, 1.0);
    out_instance = instance;
    out_depth = 1.0 / gl_FragCoord.w;  // the distance along the optical axis: what projection.py puts in w
}
