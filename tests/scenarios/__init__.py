"""The whole flow through the front door: real worker, PostgreSQL, Valkey, simulator and browser."""
