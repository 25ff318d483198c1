"""Measurements of Legation beside other engines: ``python -m bench``.

``data`` generates what is measured, ``peers`` are the reasoners behind one shape, ``worker`` takes
one measurement in a process of its own, ``reasoning`` runs them all, and ``table`` prints them and
writes them to ``bench/results``.
"""
