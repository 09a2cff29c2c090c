"""``geoparks compare OLD NEW``: two versions of a boundary as a document, a workbook, layers and a map with a curtain."""
