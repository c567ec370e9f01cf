#version 330

// One triangle over the whole image at the far plane, without any vertex buffer; clockwise, as front faces are here.
void main() {
    vec2 corner = vec2(gl_VertexID == 2 ? 3.0 : -1.0, gl_VertexID == 1 ? 3.0 : -1.0);
    gl_Position = vec4(corner, 1.0, 1.0);
}
