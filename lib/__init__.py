"""What every function shares."""
