"""How many queries a page may need, whatever the practice has."""
