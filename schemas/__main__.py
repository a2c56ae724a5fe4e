"""``python -m schemas export``: write the JSON schemas from the models."""

import sys

from schemas.export import HERE, export


def main(arguments: list[str]) -> int:
    """Run the one command there is."""
    if arguments != ["export"]:
        sys.stderr.write("usage: python -m schemas export\n")
        return 2
    for path in export():
        sys.stdout.write(f"{path.relative_to(HERE)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
