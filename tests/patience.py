"""How long a test waits for what ought to come: one limit for all of them.

A loaded machine is slow, but a broken promise stays broken. A green test never waits so long, and a
red one still says what it waited for, since the time limit of a test is longer.
"""

PATIENCE = 240.0  # seconds
