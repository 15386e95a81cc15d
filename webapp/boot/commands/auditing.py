"""What `fanmade doctor --audit` prints."""

import json
from dataclasses import asdict
from datetime import timedelta

import click

from webapp.boot.audit.findings import Finding, Plan
from webapp.boot.audit.run import audit
from webapp.kernel.now import now


def run(repair: bool, grace_minutes: int, as_json: bool) -> int:
    """Audit, print what was found; return 0 when nothing is left to do, else 1."""
    plan, found = Plan(repair, now(), timedelta(minutes=grace_minutes)), dict[str, list[Finding]]()
    for name, findings in audit(plan):
        found[name] = findings
        if not as_json:
            _say(name, findings)
    left = [each for findings in found.values() for each in findings if not each.repaired]
    if as_json:
        rows = [{**asdict(each), "repaired": each.repaired} for findings in found.values() for each in findings]
        click.echo(json.dumps({"ok": not left, "checks": list(found), "findings": rows}, indent=1))
    else:
        click.echo(_sum(sum(map(len, found.values())), len(left)))
    return 1 if left else 0


def _say(name: str, findings: list[Finding]) -> None:
    if not findings:
        click.echo(f"ok   {name}")
    for each in findings:
        click.echo(f"{'DONE' if each.repaired else 'FIX '} {name}: {each.what}")
        for line in filter(None, (each.done, each.todo)):
            click.echo(f"     -> {line}")


def _sum(found: int, left: int) -> str:
    if not found:
        return "nothing is lost, stranded or miscounted"
    return f"{found} findings, {left} left to do" if left else f"{found} findings, all repaired"
