#version 330
#include "view.glsl"
#include "shadow.glsl"

// The light on every pixel, once, whatever was drawn over what: colours are squared to be near linear and the root is
// taken at the end.
uniform sampler2D colors;
uniform sampler2D depths;
uniform sampler2D normals;

layout(location = 0) out vec4 out_color;

const float LAMP_REACH = 4.0;  // m at which a lamp is half as bright as at its own place; lighting.py has it too
const int SAMPLES = 12;

#ifdef OCCLUSION
// How much of the hemisphere is open: neighbours that stand in front of the face, by McGuire's Alchemy (2011).
float openness(ivec2 pixel, vec3 position, vec3 normal, float depth) {
    float reach = clamp(occlusion.x * occlusion.y / depth, 2.0, 96.0);
    float turn = fract(52.9829189 * fract(dot(vec2(pixel), vec2(0.06711056, 0.00583715)))) * 6.2831853;
    ivec2 last = textureSize(depths, 0) - 1;
    float sum = 0.0;
    for (int i = 0; i < SAMPLES; ++i) {
        float angle = turn + float(i) * 2.3999632;
        ivec2 there = pixel + ivec2(reach * sqrt((float(i) + 0.5) / float(SAMPLES)) * vec2(cos(angle), sin(angle)));
        there = clamp(there, ivec2(0), last);
        float other = texelFetch(depths, there, 0).r;
        if (other == 0.0) continue;
        vec3 to = eye.xyz + other * (ray + float(there.x) * ray_right + float(there.y) * ray_down).xyz - position;
        float squared = dot(to, to);
        float near = max(0.0, 1.0 - squared / (occlusion.x * occlusion.x));
        sum += near * max(0.0, dot(to, normal) - 0.004 * depth) * inversesqrt(squared + 1e-4);
    }
    return max(0.0, 1.0 - occlusion.z * sum / float(SAMPLES));
}
#endif

// Light that comes from there, for mirrors.
vec3 glow(vec3 towards) {
    return background.rgb * background.rgb * mix(0.25, 1.6, smoothstep(-0.1, 0.8, towards.z));
}

#ifdef LAMPS
vec3 lamps(vec3 position, vec3 normal, float lit) {
    vec3 light = vec3(0.0);
    for (int i = 0; i < LAMPS; ++i) {
        vec3 to = lamp_position[i].xyz - position;
        float squared = dot(to, to);
        to *= inversesqrt(squared + 1e-6);
        float edge = lamp_direction[i].w;
        float cone = smoothstep(edge, mix(edge, 1.0, 0.15), -dot(to, lamp_direction[i].xyz));
        float strength = (edge < -1.0 ? 1.0 : cone) * max(dot(normal, to), 0.0)
            / (1.0 + squared / (LAMP_REACH * LAMP_REACH));
        light += strength * mix(1.0, lit, lamp_position[i].w) * lamp_color[i].rgb;
    }
    return light;
}
#endif

vec3 fill(int i, vec3 normal) {
    float half_lambert = 0.5 + 0.5 * dot(normal, light_towards[i].xyz);
    return half_lambert * half_lambert * light_color[i].rgb;
}

vec3 suns(vec3 normal, float lit) {
    vec3 light = lit * max(dot(normal, light_towards[0].xyz), 0.0) * light_color[0].rgb;
    return light + fill(1, normal) + fill(2, normal) + fill(3, normal);  // MAX_LIGHTS; a loop costs more
}

// Narkowicz's fit (2015) of the film curve of ACES: bright things go to white softly.
vec3 developed(vec3 light) {
    return sqrt(clamp(light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14), 0.0, 1.0));
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float depth = texelFetch(depths, pixel, 0).r;
    vec4 surface = texelFetch(colors, pixel, 0);
    if (depth == 0.0) {  // what hall.frag drew
        out_color = surface;
        return;
    }
    vec3 through = (ray + float(pixel.x) * ray_right + float(pixel.y) * ray_down).xyz;
    vec4 facing = texelFetch(normals, pixel, 0);
    vec3 normal = normalize(2.0 * facing.xyz - 1.0);
    vec3 position = eye.xyz + depth * through;
    float open = 1.0;
#ifdef OCCLUSION  // software drivers work out both sides of a branch
    open = openness(pixel, position, normal, depth);
#endif
    float lit = shadow.z > 0.0 ? unshadowed(position, normal) : 1.0;
    // What stands before the light hides some of the sky as well.
    vec3 light = vec3(mix(ambient.w, ambient.z, 0.5 + 0.5 * normal.z)) * open * mix(0.75, 1.0, lit);
    vec3 direct = suns(normal, lit);
#ifdef LAMPS
    direct += lamps(position, normal, lit);
#endif
    light += mix(1.0, open, 0.5) * direct;
    vec3 albedo = surface.rgb * surface.rgb;
    vec3 mirrored = reflect(normalize(through), normal);
    float grazing = 1.0 - max(dot(mirrored, normal), 0.0);
    float shine = facing.a * (0.04 + 0.5 * grazing * grazing * grazing * grazing);
    light = albedo * (light + surface.a * 1.5) + shine * open * (0.3 + 0.7 * lit) * glow(mirrored);
    out_color = vec4(developed(light), 1.0);
}
