"""Drawn stand-ins for photos: a street with something lying on it, and the same street without."""

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (640, 480)
SKIES = ("#9ec3e0", "#c9d6df", "#f0d9b5", "#b7c9a8")
THINGS = ("#5b4636", "#7a7f86", "#8c5a2b", "#3f5f4a")


def face(number: int) -> bytes:
    """A drawn head before a plain ground: nobody's, so that the demo shows where a face would stand."""
    drawn = Image.new("RGB", (480, 640), SKIES[number % len(SKIES)])
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((60, 420, 420, 820), fill="#2f4f6f")  # shoulders
    pen.polygon(((200, 440), (280, 440), (240, 540)), fill="#f4f4f0")
    pen.rectangle((205, 350, 275, 450), fill="#d9a982")
    pen.ellipse((145, 130, 335, 390), fill="#e3b690")
    pen.pieslice((135, 100, 345, 330), 180, 360, fill="#2b2622")  # hair
    for eye in (200, 280):
        pen.ellipse((eye - 10, 248, eye + 10, 264), fill="#2b2622")
    pen.arc((205, 290, 275, 345), 20, 160, fill="#8a4b3a", width=5)
    content = BytesIO()
    drawn.save(content, "JPEG", quality=85)
    return content.getvalue()


def picture(number: int, *, done: bool = False) -> bytes:
    """A JPEG, the same for the same number. `done`: what was in the way is gone."""
    drawn = Image.new("RGB", SIZE, SKIES[number % len(SKIES)])
    pen = ImageDraw.Draw(drawn)
    for house in range(5):
        top = 70 + (number * 37 + house * 61) % 90
        pen.rectangle((house * 132 - 10, top, house * 132 + 96, 280), fill="#d8d2c8", outline="#a39c90")
        for window in range(6):
            left, up = house * 132 + 8 + window % 3 * 28, top + 18 + window // 3 * 40
            pen.rectangle((left, up, left + 16, up + 22), fill="#7f9bb0")
    pen.rectangle((0, 280, 640, 330), fill="#b9b4aa")  # pavement
    pen.rectangle((0, 330, 640, 480), fill="#6d7075")
    for dash in range(0, 640, 90):
        pen.rectangle((dash, 400, dash + 46, 406), fill="#e6e3da")
    if not done:
        left = 120 + number * 53 % 340
        pen.ellipse((left, 320, left + 130, 390), fill=THINGS[number % len(THINGS)])
        pen.ellipse((left + 30, 300, left + 100, 360), fill=THINGS[(number + 1) % len(THINGS)])
    content = BytesIO()
    drawn.save(content, "JPEG", quality=82)
    return content.getvalue()
