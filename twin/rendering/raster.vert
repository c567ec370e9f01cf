#version 330

const int MAX_LIGHTS = 4;

in vec3 vertex_position;
in vec3 vertex_normal;
in float vertex_stretch;

in vec3 geom_position;  // m, world
in vec3 geom_x;  // axes of the geom in the world
in vec3 geom_y;
in vec3 geom_z;
in vec3 geom_scale;
in float geom_half_length;
in vec4 geom_color;  // rgb, emission
in float geom_tile;  // m, of its texture
in uint geom_pattern;
in uint geom_instance;

uniform mat4 clip_from_world;
uniform vec3 light_towards[MAX_LIGHTS];
uniform vec3 light_color[MAX_LIGHTS];
uniform float sky;
uniform float ground;

out vec3 color;
out vec2 tile;
flat out uint pattern;
flat out uint instance;

// Exact for flat faces, and these lights are far away: no pixel needs to do it again.
vec3 lit(vec3 normal) {
    vec3 light = vec3(mix(ground, sky, 0.5 + 0.5 * normal.z));
    for (int i = 0; i < MAX_LIGHTS; ++i) {
        float half_lambert = 0.5 + 0.5 * dot(normal, light_towards[i]);
        light += half_lambert * half_lambert * light_color[i];
    }
    return geom_color.rgb * (light + geom_color.a * (1.0 - min(light, 1.0)));
}

// Textures lie on the plane of the world that a face is closest to.
vec2 across(vec3 position, vec3 normal) {
    vec3 size = abs(normal);
    return size.z > max(size.x, size.y) ? position.xy : size.x > size.y ? position.yz : position.xz;
}

void main() {
    mat3 world_from_geom = mat3(geom_x, geom_y, geom_z);
    vec3 local = vertex_position * geom_scale + vec3(0.0, 0.0, vertex_stretch * geom_half_length);
    vec3 position = world_from_geom * local + geom_position;
    vec3 normal = normalize(world_from_geom * (vertex_normal / geom_scale));
    gl_Position = clip_from_world * vec4(position, 1.0);
    color = lit(normal);
    tile = across(position, normal) / geom_tile;
    pattern = geom_pattern;
    instance = geom_instance;
}
