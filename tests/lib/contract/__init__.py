"""Tests of lib/contract."""
