"""The receipt as a picture: a QR, and under it what a person can read aloud."""

from io import BytesIO

import segno
from PIL import Image, ImageDraw, ImageFont

SCALE, BORDER = 8, 4  # dots a module, modules of white around
LINE, MARGIN = 44, 24  # dots


def ticket(link: str, lines: list[str]) -> bytes:
    """PNG, black on white. `lines`: numbers and codes in Latin letters, which every machine has a font for."""
    drawn = BytesIO()
    segno.make(link, error="m").save(drawn, kind="png", scale=SCALE, border=BORDER)
    code = Image.open(drawn).convert("L")
    font = ImageFont.load_default(size=30)
    width = max(code.width, *(round(font.getlength(line)) + 2 * MARGIN for line in lines))
    picture = Image.new("L", (width, code.height + LINE * len(lines) + MARGIN), 255)
    picture.paste(code, ((width - code.width) // 2, 0))
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        left = (width - font.getlength(line)) / 2
        pen.text((left, code.height + place * LINE), line, fill=0, font=font)
    kept = BytesIO()
    picture.save(kept, "PNG", optimize=True)
    return kept.getvalue()
