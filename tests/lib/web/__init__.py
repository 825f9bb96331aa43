"""Tests of lib/web."""
