"""Tests of lib/offline_model."""
