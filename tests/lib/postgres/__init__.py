"""Tests of lib/postgres."""
