"""Pictures of the README, from those the browser tests write to artefacts/: `python -m tests.journeys.readme_pictures`."""

from PIL import Image

from tests.settings import ARTEFACTS, ROOT

STATES = ("home", "sign-in", "recovery", "questions", "result", "change-forced", "sign-in-changed", "statement")
TALLEST = 900  # CSS pixels; the rest repeats


def main() -> None:
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    for state in STATES:
        picture = Image.open(ARTEFACTS / "screens" / f"{state}-360.png").convert("RGB")
        shown = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
        shown.quantize(32).save(folder / f"{state}.png", optimize=True)


if __name__ == "__main__":
    main()
