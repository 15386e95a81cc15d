"""`fanmade inspect`: why was this picture refused?"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from contests.specs import KINDS
from webapp.infra.settings import BadSettings, Settings

NO_VERDICT = ("decoder-lost",)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--product", type=click.Choice(tuple(KINDS)), default="tee", help="Whose print report (tee).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for machines.")
def inspect(files: tuple[Path, ...], product: str, as_json: bool) -> None:
    """Judge picture FILES exactly as an upload would be, and say how they would print.

    Leaves with 0 when every file got a verdict; a file that cannot be read gets one too. Only a
    decoder that was ended from outside leaves a file without: then it leaves with 1.
    """
    from contests.submissions.images.verdict import verdict_on
    from contests.submissions.originals import limits_of

    limits, complete = limits_of(_settings()), True
    for file in files:
        verdict = verdict_on(file, limits, product=product)
        complete &= verdict["reason"] not in NO_VERDICT
        click.echo(json.dumps(verdict, ensure_ascii=False) if as_json else _in_words(verdict))
    sys.exit(0 if complete else 1)


def _in_words(verdict: dict[str, Any]) -> str:
    if verdict["verdict"] == "refused":
        return f"{verdict['file']}: refused ({verdict['reason']}) {verdict['message']}"
    done = [
        "turned upright" if verdict["orientation_applied"] else "",
        f"profile {verdict['icc']}" if verdict["icc"] else "",
        f"first of {verdict['frames']} frames" if verdict["frames"] > 1 else "",
        f"print: {verdict['print']['verdict']} on a {verdict['print']['kind']}",
        f"removed {', '.join(verdict['metadata_found'])}" if verdict["metadata_found"] else "",
    ]
    seen = f"{verdict['format']} {verdict['width']}×{verdict['height']} {verdict['mode']}"
    lines = [", ".join([f"{verdict['file']}: accepted, {seen}", *filter(None, done)])]
    return "\n".join([*lines, *(f"    {line}" for line in _advice(verdict["print"]))])


def _advice(report: dict[str, Any]) -> list[str]:
    """What the print report finds, in English."""
    from contests.submissions.images.print_report import sentences

    return [f"{each.level}: {each.msgid % each.values}" for each in sentences(report)]


def _settings() -> Settings:
    """The caps of this installation; asking for more would make a secret key in the data folder."""
    caps = ("FANMADE_MAX_UPLOAD_MB", "FANMADE_MAX_PIXELS_MP", "FANMADE_MAX_SIDE_PX")
    named = {name: os.environ[name] for name in caps if name in os.environ}
    try:
        return Settings.from_env({**named, "FANMADE_SECRET_KEY": "not used by this command"})
    except BadSettings as bad:
        raise click.ClickException("; ".join(bad.faults)) from None
