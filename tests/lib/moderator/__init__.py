"""Tests of lib/moderator."""
