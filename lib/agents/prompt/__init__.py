"""Write what a model reads for one turn."""
