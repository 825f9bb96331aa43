"""Tests of lib/clerk."""
