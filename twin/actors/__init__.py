"""Who moves by itself: people and vehicles that follow routes, keep off what stands, and give way to each other.

The model is reciprocal velocity obstacles in their sampled form (van den Berg, Lin, Manocha: Reciprocal Velocity
Obstacles for Real-Time Multi-Agent Navigation, ICRA 2008): of a few velocities that somebody can reach, the one is
taken whose distance from the preferred velocity plus a weight over the time until it would touch somebody is least.
Sampling suits vehicles, which cannot step aside, as well as people; the later ORCA cannot be asked to turn a wheel.

A move is made only when it ends free of what stands, of the other actors and of a robot that stands. Actors move one
after the other, so nobody ever enters anybody else, whatever the model prefers.
"""
