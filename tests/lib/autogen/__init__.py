"""Tests of lib/autogen."""
