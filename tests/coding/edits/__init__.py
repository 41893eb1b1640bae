"""Tests of the coding edits."""
