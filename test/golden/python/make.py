"""Runs every snippet of snippets.txt under CPython and writes results.json: repr(result), or the exception's name.

    python test/golden/python/make.py
"""
import contextlib
import io
import json
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent


def run(snippet):
    names = {}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(snippet, "snippet.py", "exec"), names)
    except Exception as error:
        return {"error": type(error).__name__}
    return {"result": repr(names["result"])}


def main():
    warnings.simplefilter("ignore")
    snippets = (HERE / "snippets.txt").read_text().split("---\n")
    output = {"python": sys.version.split()[0], "results": [run(snippet) for snippet in snippets]}
    (HERE / "results.json").write_text(json.dumps(output, indent=1) + "\n")
    print(len(snippets), "snippets")


if __name__ == "__main__":
    main()
