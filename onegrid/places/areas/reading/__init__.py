"""Reading files of areas that strangers made: checked before they are opened, opened in a process of their own."""

from onegrid.places.areas.reading.reader import Shapes, look, shapes, shapes_again
from onegrid.places.areas.reading.unpack import MAX_BYTES, check_size, unpack

__all__ = ["MAX_BYTES", "Shapes", "check_size", "look", "shapes", "shapes_again", "unpack"]
