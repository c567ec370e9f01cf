// How much of the light that casts shadows reaches a place, 0 to 1.
uniform sampler2DShadow fixed_shadow;
uniform sampler2DShadow moving_shadow;

const vec2 ASIDE[4] = vec2[](vec2(-1.2, -0.4), vec2(0.4, -1.2), vec2(1.2, 0.4), vec2(-0.4, 1.2));

float unshadowed(vec3 position, vec3 normal) {
    float facing = dot(normal, caster.w > 0.0 ? normalize(caster.xyz - position) : caster.xyz);
    if (facing <= 0.0) return 0.0;
    // Off the face, so that it does not shadow itself: the more the steeper the light falls on it.
    float slope = 1.0 - facing;
    vec3 lifted = position + normal * shadow.x * (0.6 + 1.6 * slope);
    vec4 homogeneous = shadow_from_world * vec4(lifted, 1.0);
    vec3 place = homogeneous.xyz / homogeneous.w;
    vec3 off = abs(place - 0.5);
    if (max(off.x, max(off.y, off.z)) > 0.499) return 1.0;
    float sum = texture(fixed_shadow, place);  // a mean of four texels already
#ifdef SOFT_SHADOWS
    int looks = int(shadow.z);
    for (int i = 1; i < looks; ++i) sum += texture(fixed_shadow, vec3(place.xy + ASIDE[i - 1] / shadow.y, place.z));
    sum /= float(looks);
#endif
    // That map is coarser: one look is as soft.
    if (shadow.w > 0.0) sum = min(sum, texture(moving_shadow, place));
    return sum;
}
