"""Deploy the functions to where users meet them, and see that they are well there."""
