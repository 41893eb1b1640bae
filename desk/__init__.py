"""Where people sit: screens that belong to no single app, and the demo practice."""
