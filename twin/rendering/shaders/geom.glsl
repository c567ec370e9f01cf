// A vertex of an instance, placed in the world.
in vec3 vertex_position;
in vec3 vertex_normal;
in vec3 vertex_shape;  // stretch, turn about z in 0..1, side: see Triangles
in vec4 geom_position;  // w: layer of its texture, below 0 for none
in vec3 geom_x;  // axes of the geom in the world
in vec3 geom_y;
in vec3 geom_z;
in vec4 geom_scale;  // w: half the length of a capsule

vec3 local() {
    return vertex_position * geom_scale.xyz + vec3(0.0, 0.0, vertex_shape.x * geom_scale.w);
}

vec3 placed(vec3 local) {
    return mat3(geom_x, geom_y, geom_z) * local + geom_position.xyz;
}

vec3 turned_normal() {
    return normalize(mat3(geom_x, geom_y, geom_z) * (vertex_normal / geom_scale.xyz));
}
