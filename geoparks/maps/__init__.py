"""Maps that open by a double click on a machine without a network."""
