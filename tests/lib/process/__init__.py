"""Tests of lib/process."""
