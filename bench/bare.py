"""The baseline: what a request costs in Flask under the same server when it does nothing."""

from flask import Flask, Response

app = Flask(__name__)
PAGE = "x" * 200


@app.route("/", methods=["GET", "POST"])
def hello() -> Response:
    """A short answer."""
    return Response(PAGE, mimetype="text/html")
