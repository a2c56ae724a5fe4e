"""The whole federation in one process: real nodes, real signatures, a pipe that misbehaves, and one seed for it all.

``simulate(seed, steps)`` runs one life of a federation and raises :class:`tests.simulator.run.Broken` with the way to
replay it. See :mod:`tests.simulator.world` for nodes, ``acts`` for what people and faults do, ``checks`` for what must
always hold, ``rest`` for what must hold once everything is mended.
"""

from tests.simulator.run import Broken, simulate
from tests.simulator.world import Node, World

__all__ = ["Broken", "Node", "World", "simulate"]
