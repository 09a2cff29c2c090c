"""Verbs on single files: what a file is, how large its polygons are, the same in another format."""
