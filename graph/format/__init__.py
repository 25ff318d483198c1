"""The one form of a Turtle file: ``form`` says what it is, ``files`` brings files into it."""

from graph.format.files import Formatted, file_in_form, format_files, turtle_files
from graph.format.form import Declarations, declarations, format_turtle, in_form

__all__ = [
    "Declarations",
    "Formatted",
    "declarations",
    "file_in_form",
    "format_files",
    "format_turtle",
    "in_form",
    "turtle_files",
]
