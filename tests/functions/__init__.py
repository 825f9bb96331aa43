"""Tests of the functions, a file each."""
