"""Pages of this app: parse, call one service or selector, render."""
