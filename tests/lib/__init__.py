"""Tests of the modules of lib, a file each."""
