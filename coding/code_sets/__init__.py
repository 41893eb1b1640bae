"""Reading code sets from where they are published, and loading them whole or not at all."""
