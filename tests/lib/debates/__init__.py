"""Tests of lib/debates."""
