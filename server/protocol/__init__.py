"""SPARQL 1.1 Protocol and Graph Store Protocol as values: a request in, a plan or a response out.

Nothing here opens a file or a socket, and nothing knows Flask: ``server.app`` and ``server.asgi``
turn what their servers give them into ``exchange.Request`` and send what comes back.
"""
