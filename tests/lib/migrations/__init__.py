"""Tests of lib/migrations."""
