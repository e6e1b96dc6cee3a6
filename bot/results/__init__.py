"""A survey's results: added up, told, drawn, and written to files."""
