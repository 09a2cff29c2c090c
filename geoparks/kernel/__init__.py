"""Compiled kernels: one job a file, each explained, on plain arrays; no geometry objects, no layers, no law.

| file | job |
|---|---|
| `curve` | the few formulas of the ellipsoid, in plain arithmetic, the same bits compiled or not |
| `rings` | polygons as flat arrays: vertices, where each ring begins, where each feature begins |
| `wkb` | well-known bytes to rings |
| `densify` · `lonlat` | a vertex every 70 m; longitude and latitude into the equal-area plane |
| `doubtful` | which polygons may be invalid |
| `area` | area of every feature by the official formula |
| `grid` | which boxes reach into which cell |
| `pair` | area that two polygons share |
| `near` | the same for many small polygons with many small ones, and within one layer |
| `chains` · `winding` · `far` | the same for many small polygons with a few large ones |
| `cover` | how much of each cell of a raster a polygon covers |
| `ready` · `kept` · `cache` | whether compiling pays; machine code that needs no numba any more; where compiled code is kept, and whose it is |
| `threads` | work on several threads with one result |

Everything here gives what GEOS or numpy give without it, to the bit or to 1e-6 m² as each file says. Where numba is
absent the callers take their pure way; `GEOPARKS_PURE=1` makes them do so anyway.
"""
