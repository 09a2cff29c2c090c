"""The table of functional zones and the matrix of regional assessments, as the result document holds them."""
