"""The urban development boundary: what an application for its adjustment needs, and proposals of what to bring in and let go."""
