"""The demo practices: fictional people, made by the services and the simulator day by day."""
