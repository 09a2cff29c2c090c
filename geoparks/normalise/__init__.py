"""From raw layers to layers of the catalogue: known fields, known units, EPSG:4490. Every change is a Repair."""
