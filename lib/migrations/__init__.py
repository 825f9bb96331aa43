"""The schema `debates`, step by step; nothing outside it is touched."""
