"""Tests of lib/typescript."""
