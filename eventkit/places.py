"""Where the files lie that are no code (templates, static files), in a checkout and in an installed package alike."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
"""The folder in which the packages lie: the checkout, or site-packages."""

INSTALLED = (PACKAGE / "templates").is_dir()  # a wheel has them within the package, the checkout beside it


def files(name: str) -> Path:
    """The folder `templates` or `static`."""
    return (PACKAGE if INSTALLED else ROOT) / name


def home() -> Path:
    """Where data goes unless a setting says otherwise: the checkout, or the folder in which the command was given."""
    return Path.cwd() if INSTALLED else ROOT
