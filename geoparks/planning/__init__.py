"""What a run will need, said before it: rows and vertices counted without reading them, time and memory by measured lines."""
