"""Tests of lib/streaming."""
