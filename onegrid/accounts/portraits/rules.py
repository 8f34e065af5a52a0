"""The words agreed to, and how a photo is cut. Pure."""

# Version of the words on the page "My account" (staff/portrait.html): a change of meaning gets a new one, and who
# agreed to an older one is asked again.
TERMS = "2026-11"
SIDE = 320  # pixels; shown at 96 at most, twice that on sharp screens


def square(width: int, height: int) -> tuple[int, int, int, int]:
    """The part of a picture that is kept: left, top, right, bottom. Tall ones lose more below, where no face is."""
    side = min(width, height)
    left, spare = (width - side) // 2, height - side
    top = spare // 4
    return left, top, left + side, top + side
