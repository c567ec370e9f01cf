"""Columns of the arrays that hold actors: numbers only, so that compiled loops over many worlds can stack them."""

X, Y, HEADING, VX, VY = 0, 1, 2, 3, 4
"""Of a state row: metres, radians, m/s."""
TARGET = 5
"""Number of the waypoint it goes to, in its own route."""
WAY = 6
"""1 along the route, -1 against it."""
GEAR = 7
"""1 forwards, -1 backwards (vehicles)."""
STUCK, WAITED = 8, 9
"""Seconds without progress; seconds of waiting for a robot."""
STATE = 10

SPEED, SPACE, PATIENCE, REACTION, MANNER = 0, 1, 2, 3, 4
"""Of a temperament row: m/s, m, s, m, and one of the manners below."""
TRAITS = 5
NEVER, COOPERATES, WAITS = 0.0, 1.0, 2.0

RADIUS, FIRST, SPACING, COUNT = 0, 1, 2, 3
"""Of a body row: the footprint is a row of ``COUNT`` discs along its x axis, the first at ``FIRST``; metres."""
TURN_RATE = 4
"""rad/s of a vehicle, 0 for who can step aside."""
REACH = 5
"""Metres from its middle to the farthest disc's middle."""
BODY = 6
