#!/bin/sh
# Makes the virtual environment .venv with the Python named, or says plainly what is missing.
set -eu

if [ -z "${1:-}" ]; then
	echo "Twofeet needs Python 3.11 or newer, and there is none here by the name of python3. Install one and try again," >&2
	echo "or say where it is: make run PYTHON=/path/to/python3" >&2
	exit 2
fi
if ! "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
	echo "$1 is not Python 3.11 or newer." >&2
	exit 2
fi

# Debian keeps the part of Python that makes environments in a package of its own.
if ! "$1" -c 'import venv, ensurepip' 2>/dev/null; then
	version=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		apt-get update -qq && apt-get install -qq --yes --no-install-recommends "$version" >/dev/null
	else
		echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install $version" >&2
		exit 2
	fi
fi

echo "Making the virtual environment .venv with $("$1" --version)"
"$1" -m venv .venv
