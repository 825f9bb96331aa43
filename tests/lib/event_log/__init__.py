"""Tests of lib/event_log."""
