#version 330

uniform sampler2DArray textures;
uniform sampler2D grain;

in vec3 normal;
in vec2 uv;
#ifdef GRAIN
in vec2 grain_uv;
flat in float grain_strength;
#endif
flat in vec4 color;
flat in vec2 layer_gloss;
flat in uint instance;

layout(location = 0) out vec4 out_color;  // what light falls on: rgb, emission
layout(location = 1) out uint out_instance;
layout(location = 2) out float out_depth;
layout(location = 3) out vec4 out_normal;  // 0..1; a: gloss

void main() {
    out_color = color;
    // The four pixels that a derivative is taken from belong to one geom, and so to one side of this branch.
    if (layer_gloss.x >= 0.0) out_color.rgb *= texture(textures, vec3(uv, layer_gloss.x)).rgb;
#ifdef GRAIN
    out_color.rgb *= 1.0 + grain_strength * (texture(grain, grain_uv).r - 0.5);
#endif
    out_normal = vec4(0.5 + 0.5 * normalize(normal), layer_gloss.y);
    out_instance = instance;
    out_depth = 1.0 / gl_FragCoord.w;
}
