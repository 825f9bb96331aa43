"""Tests through the public interface: real processes, a real PostgreSQL, real signed tokens, real agents."""
