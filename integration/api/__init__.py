"""The REST API: what every app's endpoints share, and the endpoints of connections."""
