"""PostgreSQL and Valkey from wheels, on unix sockets: the production engines without a server."""

from launcher.engines.engines import Engines, EngineSet

__all__ = ["EngineSet", "Engines"]
