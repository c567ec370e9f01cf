#version 330
#include "view.glsl"

layout(location = 0) out vec4 out_color;
layout(location = 1) out uint out_instance;
layout(location = 2) out float out_depth;

// What is behind everything: a roof with beams and rows of lights, and haze where it ends. It has no depth and no id.
float between(float x, float half_width, float blur) {
    return smoothstep(half_width + blur, half_width - blur, abs(x)) * min(1.0, 2.0 * half_width / blur);
}

vec3 hall(vec3 through) {
    float length_of = length(through);
    float rise = through.z / length_of;
    vec3 haze = background.rgb * mix(0.82, 1.0, smoothstep(-0.35, 0.1, rise));
    float height = eye.w - eye.z;
    if (height <= 0.0 || rise <= 0.0) return haze;
    float along = height / through.z;
    vec2 p = eye.xy + along * through.xy;
    float blur = along * length(ray_right.xyz) / max(rise, 0.02);
    vec3 roof = background.rgb * (0.52 + 0.05 * sin(p.y * 15.7) * clamp(0.15 / blur - 0.5, 0.0, 1.0));
    vec2 cell = mod(p, vec2(6.0, 4.0)) - vec2(3.0, 2.0);
    roof *= 1.0 - 0.35 * between(cell.x - 2.6, 0.16, blur);
    vec2 lamp = mod(p, vec2(3.0, 4.0)) - vec2(1.5, 2.0);
    roof = mix(roof, vec3(1.0, 1.0, 0.97), between(lamp.x, 0.75, blur) * between(lamp.y, 0.12, blur));
    return mix(haze, roof, exp(-along * length_of / 60.0));
}

void main() {
    vec4 pixel = floor(gl_FragCoord);
    out_color = vec4(hall((ray + pixel.x * ray_right + pixel.y * ray_down).xyz), 1.0);
    out_instance = 0u;
    out_depth = 0.0;
}
