"""Reports: faces of the one result document."""
