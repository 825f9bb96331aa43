"""Tests of lib/documents."""
