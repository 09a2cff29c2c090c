"""What the command line shows: tables and progress on a terminal, plain lines or one JSON document elsewhere."""
