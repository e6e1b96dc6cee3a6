"""`python -m bot`, and the command `participabot`."""

from bot.cli import app


def main() -> None:
    """Run the command line: exit code 0 is well, 1 problems found, 2 wrong usage."""
    app(prog_name="participabot")


if __name__ == "__main__":
    main()
