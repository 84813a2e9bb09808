"""What the wheel is made of: the packages, with the top-level folders `templates` and `static` within `eventkit`."""

from setuptools import find_packages, setup

FOLDERS = {"eventkit.templates": "templates", "eventkit.static": "static"}

setup(
    packages=[*find_packages(include=["eventkit*", "solver*"]), *FOLDERS],
    package_dir=FOLDERS,
    package_data={
        "": ["py.typed"],
        "eventkit": ["locales/*/LC_MESSAGES/*.po"],
        "eventkit.storage.migrations": ["script.py.mako", "versions/*.py"],
        "eventkit.templates": ["**/*"],
        "eventkit.static": ["**/*"],
    },
    py_modules=[],
)
