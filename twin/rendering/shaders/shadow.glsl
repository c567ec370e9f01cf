// How much of the first light reaches a place, 0 to 1.
uniform sampler2DShadow fixed_shadow;
uniform sampler2DShadow moving_shadow;

const vec2 TAPS[4] = vec2[](vec2(-0.9, -0.3), vec2(0.3, -0.9), vec2(0.9, 0.3), vec2(-0.3, 0.9));

float unshadowed(vec3 position, vec3 normal) {
    // Off the face, so that it does not shadow itself: the more the steeper the light falls on it.
    float slope = 1.0 - abs(dot(normal, light_towards[0].xyz));
    vec3 lifted = position + normal * shadow.x * (0.6 + 1.6 * slope);
    vec4 homogeneous = shadow_from_world * vec4(lifted, 1.0);
    vec3 place = homogeneous.xyz / homogeneous.w;
    vec3 off = abs(place - 0.5);
    if (max(off.x, max(off.y, off.z)) > 0.499) return 1.0;
    float sum = 0.0;
    for (int i = 0; i < 4; ++i) sum += texture(fixed_shadow, vec3(place.xy + TAPS[i] / shadow.y, place.z));
    sum *= 0.25;
    // That map is coarser: between its texels it is as soft with one look.
    if (shadow.w > 0.0 && sum > 0.0) sum = min(sum, texture(moving_shadow, place));
    return sum;
}
