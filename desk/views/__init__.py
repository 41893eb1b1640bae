"""The desk's pages: parse, ask one service or selector, render."""
