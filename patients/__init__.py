"""Who was seen, where, and who insures them."""
