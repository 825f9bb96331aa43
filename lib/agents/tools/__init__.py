"""What an agent may look up and compute."""
