"""Where transports say what happens to connections; never a value of a message."""

import logging

log = logging.getLogger("interlock.transports")
