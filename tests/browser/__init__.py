"""Tests of the example application in Chromium."""
