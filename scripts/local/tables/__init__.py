"""Make the tables of README.md and lib/README.md from the code; scripts/local/generate.py puts them in."""
