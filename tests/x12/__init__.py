"""x12 on its own: no database, no Django."""
