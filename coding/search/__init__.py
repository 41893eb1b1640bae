"""Finding a diagnosis by code, words, abbreviation or everyday language, within one process."""
