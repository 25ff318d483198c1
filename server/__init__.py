"""The window: SPARQL Protocol, linked data, pages and the command line."""
