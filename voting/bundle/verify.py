#!/usr/bin/env python3
# mypy: ignore-errors
"""Check a results bundle: python3 verify.py results.zip [--digest SHA256] [--receipt receipt.json …]

Needs Python 3.8 or newer and nothing else. Reads the bundle from the outside and believes nothing in it: the zip
has to be the one possible zip of its files; the digests, signatures, roots and proofs have to fit; each result is
counted again from its statistics. Take --digest from the mail or the result page: it says that this is the bundle
everybody else has. Leaves with 0 when all is well, 1 when something is not (and says where), 2 for an unreadable file.
"""

import argparse
import hashlib
import json
import struct
import sys
import zlib
from fractions import Fraction
from itertools import combinations, zip_longest
from math import exp, fsum


class Fault(Exception):
    """Something in the bundle is not as it has to be; the message says where."""


def need(fine, where):
    """Raise Fault unless all is fine."""
    if not fine:
        raise Fault(where)


# --- The archive: no compression, no dates, names in order, so that there is one zip for each set of files ----------


def pack(files):
    """Return the one possible zip of `files` (name -> bytes), and for each name where its checksums stand in it."""
    body, directory, places = b"", b"", {}
    for name in sorted(files):
        data, offset = files[name], len(body)
        fixed = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), 0)
        body += b"PK\3\4" + fixed + name.encode() + data
        places[name] = offset + 14, len(directory) + 16
        directory += b"PK\1\2\x14\3" + fixed + struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, offset) + name.encode()
    end = struct.pack("<4H2IH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end, {name: (a, len(body) + b) for name, (a, b) in places.items()}


def from_front(zipped):
    """Return the files by their own headers; None when those are broken."""
    files, at = {}, 0
    while zipped[at : at + 4] == b"PK\3\4" and len(zipped) >= at + 30:
        size, named = struct.unpack("<IH", zipped[at + 22 : at + 28])
        start = at + 30 + named
        files[zipped[at + 30 : start].decode("latin-1")] = zipped[start : start + size]
        at = start + size
    return files if zipped[at : at + 4] == b"PK\1\2" else None


def from_directory(zipped):
    """Return the files by the directory at the end; None when that is broken."""
    files = {}
    if len(zipped) < 22 or zipped[-22:-18] != b"PK\5\6":
        return None
    count, _size, at = struct.unpack("<HII", zipped[-12:-2])
    for _ in range(count):
        if len(zipped) < at + 46:
            return None
        size, named = struct.unpack("<IH", zipped[at + 24 : at + 30])
        offset = struct.unpack("<I", zipped[at + 42 : at + 46])[0]
        start = offset + 30 + named
        files[zipped[at + 46 : at + 46 + named].decode("latin-1")] = zipped[start : start + size]
        at += 46 + named
    return files


def difference(one, other):
    """Return the first place at which two byte strings differ."""
    low, high = 0, max(len(one), len(other))
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if one[: middle + 1] == other[: middle + 1] else (low, middle)
    return low


def unpack(zipped):
    """Return the files of a bundle; raises Fault naming the changed file or the changed byte of the zip."""
    guesses = []
    for files in (from_front(zipped), from_directory(zipped)):
        if files:
            whole, places = pack({name: data for name, data in files.items() if name.isascii()})
            if whole == zipped:
                return files
            guesses.append((files.get("manifest.json") == manifest(files), difference(whole, zipped), whole, places))
    need(guesses, "zip structure at byte 0: no file can be found in it")
    _sound, where, whole, places = max(guesses, key=lambda guess: guess[:2])
    for name, checksums in places.items():
        if all(whole[at : at + 4] != zipped[at : at + 4] for at in checksums):
            raise Fault(f"{name}: its content was changed")
    raise Fault(f"zip structure at byte {where}: not as it was made")


def contents(zipped):
    """Return the files after comparing each with its digest in manifest.json."""
    files = unpack(zipped)
    need("manifest.json" in files, "manifest.json: missing")
    said = parsed(files, "manifest.json")
    need(isinstance(said, dict) and isinstance(said.get("files"), dict), "manifest.json: not a list of digests")
    for name in sorted(set(files) - {"manifest.json"} | set(said["files"])):
        found = hashlib.sha256(files[name]).hexdigest() if name in files else "missing"
        need(said["files"].get(name) == found, f"{name}: not the file that manifest.json names")
    need(files["manifest.json"] == manifest(files), "manifest.json: not as it was made")
    return files


def manifest(files):
    """Return the manifest of files: it follows from them to the last byte."""
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in files if name != "manifest.json"}
    return pretty({"files": digests, "format": "fanmade-results", "version": 1})


def pretty(value):
    """Return JSON as it stands in a bundle."""
    return json.dumps(value, indent=1, sort_keys=True).encode() + b"\n"


def parsed(files, name):
    """Return a JSON file of the bundle."""
    need(name in files, f"{name}: missing")
    try:
        return json.loads(files[name])
    except ValueError:
        raise Fault(f"{name}: not JSON") from None


# --- The log: RFC 6962 trees, and Ed25519 signatures (RFC 8032) -------------------------------------------------------


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def climb(index, last, path, start, old=None):
    """Return the root above `start` (and the older root, for consistency); None for a path of another length."""
    new = start
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            new, old = node(step, new), old and node(step, old)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            new = node(new, step)
        index, last = index >> 1, last >> 1
    return None if last else (new, old)


def includes(leaf, index, size, path, root):
    """Return whether a leaf's hash stands at `index` in the tree of `size` leaves with that root."""
    found = climb(index, size - 1, path, leaf) if 0 <= index < size else None
    return found is not None and found[0] == root


def grew(old, new, path, old_root, new_root):
    """Return whether the tree of `new` leaves begins with the one of `old` leaves."""
    if not 0 < old < new:
        return (old == new and old_root == new_root and not path) or (
            old == 0 < new and old_root == hashlib.sha256().digest() and not path
        )
    path = ([old_root] if old & (old - 1) == 0 else []) + path
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    found = climb(index, last, path[1:], path[0], path[0]) if path else None
    return found == (new_root, old_root)


P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def point(text):
    """Return the point of the curve that 32 bytes name, None for no point."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, p):
    q = (0, 1, 1, 0)
    while number:
        if number & 1:
            q = add(q, p)
        p, number = add(p, p), number >> 1
    return q


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    """Return whether this is the key's signature of the message (all bytes)."""
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or a is None or r is None or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    one, other = times(s, BASE), add(r, times(k, a))
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 == (one[1] * other[2] - other[1] * one[2]) % P


def signature_fits(kind, body, names, keys):
    """Return whether `body` is signed by one of the site's keys, over the fields `names`."""
    text = json.dumps({name: body[name] for name in names}, sort_keys=True, separators=(",", ":")).encode()
    key = bytes.fromhex(body["public_key"])
    fits = signed(key, b"fanmade-" + kind + b"-v1\n" + text, bytes.fromhex(body["signature"]))
    return body["public_key"] in keys and fits


ROOT = ("at", "contest", "counted_root", "counted_size", "label", "root", "round", "size")
PROMISE = ("ballot", "commitment", "contest", "received_at", "round", "version")


def check_log(log, contest):
    """Check all published roots: each is signed, of this contest and round, and grew out of the one before."""
    need(log["contest"] == contest["name"], "log.json: the log of another contest")
    for part in log["rounds"]:
        roots, where = part["roots"], f"log.json, {part['round']} round"
        for root in roots:
            label = f"{where}, root {root['label']}"
            need(signature_fits(b"root", root, ROOT, log["keys"]), f"{label}: the signature does not fit")
            here = (root["contest"], root["round"]) == (contest["id"], part["round"])
            need(here, f"{label}: a root of another contest or round")
        need(len(part["consistency"]) == max(0, len(roots) - 1), f"{where}: a proof is missing")
        for old, new, proof in zip(roots, roots[1:], part["consistency"]):  # noqa: B905
            path = [bytes.fromhex(step) for step in proof["path"]]
            fits = (old["size"], new["size"]) == (proof["from"], proof["to"]) and grew(
                old["size"], new["size"], path, bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
            )
            need(fits, f"{where}: the log of {new['size']} lines did not grow out of that of {old['size']}")


def check_receipt(receipt, log, name):
    """Check a receipt: the promise is the site's, and the ballot it names is in the log that was sealed."""
    promise, proof = receipt.get("promise"), receipt.get("inclusion")
    need(promise, f"{name}: holds no promise")
    need(signature_fits(b"promise", promise, PROMISE, log["keys"]), f"{name}: the promise is not signed by this site")
    need(proof, f"{name}: taken before the vote was in the log; download it again")
    committed = bytes.fromhex(promise["commitment"])
    data = promise["contest"].to_bytes(8, "big") + promise["ballot"].to_bytes(8, "big") + committed
    published = {
        (root["contest"], root["round"], root["size"], root["root"]) for part in log["rounds"] for root in part["roots"]
    }
    place = promise["contest"], promise["round"], proof["size"], proof["root"]
    need(place in published, f"{name}: made against a root that is not in this bundle; download it again")
    path = [bytes.fromhex(step) for step in proof["path"]]
    leaf = hashlib.sha256(b"\0" + data).digest()
    fits = includes(leaf, proof["index"], proof["size"], path, bytes.fromhex(proof["root"]))
    need(fits, f"{name}: the ballot is not in the log")


# --- The results: each order is made again from the sums over all counted ballots; tied designs stand together -------
#
# Designs are numbered from 0 as in statistics["designs"]. votes: ballots that speak for a design. histograms: how many
# gave it 0 to 5 stars. matrix[a][b]: ballots that put a before b (of pairs: how often a won against b).


def by_value(values):
    """Return designs in groups of equal value, the highest first."""
    return [[d for d in sorted(values) if values[d] == value] for value in sorted(set(values.values()), reverse=True)]


def approval(sums, part):
    return by_value(dict(enumerate(sums["votes"])))


def score(sums, part):
    return by_value(stars(sums))


def stars(sums):
    return {d: sum(n * given for given, n in enumerate(row)) for d, row in enumerate(sums["histograms"])}


def borda(sums, part):
    """A point for each design ranked lower, half for each tied one: so what counts is votes before minus behind."""
    votes = sums["matrix"]
    return by_value({a: sum(votes[a]) - sum(row[a] for row in votes) for a in range(len(votes))})


def schulze(sums, part):
    votes, every = sums["matrix"], range(len(sums["matrix"]))
    margins = part["method"] == "schulze-margins"
    path = [[votes[a][b] - margins * votes[b][a] if votes[a][b] > votes[b][a] else 0 for b in every] for a in every]
    for over in every:
        for a in every:
            for b in every:
                if a != b:
                    path[a][b] = max(path[a][b], min(path[a][over], path[over][b]))
    left, order = list(every), []
    while left:
        order.append([a for a in left if not any(path[b][a] > path[a][b] for b in left)])
        left = [a for a in left if a not in order[-1]]
    return order


def star(sums, part):
    """The two with the most stars meet, the one more ballots prefer wins; then the same among the rest."""
    over, total, most = sums["matrix"], stars(sums), [row[5] for row in sums["histograms"]]

    def finalists(left):
        sure, tied = [], left
        for rule in (lambda d, _: total[d], lambda d, those: sum(over[d][o] for o in those), lambda d, _: most[d]):
            for group in by_value({d: rule(d, tied) for d in tied}):
                if len(sure) + len(group) > 2:
                    tied = group
                    break
                sure += group
                if len(sure) == 2:
                    return [sure]
        return [[*sure, *rest] for rest in combinations(tied, 2 - len(sure))]

    left, order = list(range(len(over))), []
    while left:
        found = {
            best
            for a, b in (finalists(left) if len(left) > 1 else [[left[0], left[0]]])
            for best in by_value({a: (over[a][b], total[a], most[a]), b: (over[b][a], total[b], most[b])})[0]
        }
        order.append([min(found, key=lambda d: lot(part["seed"], sums["designs"][d]))])
        left = [d for d in left if d not in order[-1]]
    return supported_first(order, sums)


def lot(seed, design):
    return hashlib.sha256(f"{seed}|{design}".encode()).hexdigest()


def supported_first(order, sums):
    """Put designs that no ballot speaks for last together: a draw among them would say nothing."""
    above = [[d for d in group if sums["votes"][d]] for group in order]
    last = sorted(d for group in order for d in group if not sums["votes"][d])
    return [group for group in above if group] + ([last] if last else [])


def reach(start, group, linked):
    """Return every design of a group to which a chain of links leads."""
    reached, new = {start}, [start]
    while new:
        here = new.pop()
        fresh = [there for there in group if there not in reached and linked(here, there)]
        reached.update(fresh)
        new += fresh
    return reached


def bradley_terry(sums, part):
    """Check that the strengths solve the equations of the method, which have one solution, and order by them."""
    wins, left = sums["matrix"], set(range(len(sums["designs"])))
    logs = [part["table"][str(design)]["strength"] for design in sums["designs"]]
    orders, alone = [], []
    while left:
        group = sorted(reach(min(left), left, lambda a, b: wins[a][b] or wins[b][a]))
        left -= set(group)
        if len(group) == 1:
            alone += group
            continue
        there, back = (lambda a, b: wins[a][b]), (lambda a, b: wins[b][a])
        whole = len(reach(group[0], group, there)) == len(group) == len(reach(group[0], group, back))
        check_strengths(wins, logs, group, 0 if whole else 0.5)
        orders.append([])
        for d in sorted(group, key=lambda d: (-logs[d], d)):
            if orders[-1] and logs[orders[-1][-1][-1]] - logs[d] < 5e-7:  # strengths are printed to six decimals
                orders[-1][-1].append(d)
            else:
                orders[-1].append([d])
    merged = [[d for step in steps for d in step] for steps in zip_longest(*orders, fillvalue=[])]
    return merged + ([alone] if alone else [])


def check_strengths(wins, logs, group, extra):
    """A strength is right when a design won as often as it says: extra is half a win and a loss against the average."""
    low, high = -50.0, 50.0
    while extra and high - low > 1e-12:  # the average design stands where half of all those extra games are won
        middle = (low + high) / 2
        due = fsum(1 / (1 + exp(middle - logs[a])) for a in group)
        low, high = (middle, high) if due > len(group) / 2 else (low, middle)
    for a in group:
        games = [(wins[a][b] + wins[b][a], logs[b]) for b in group if b != a] + [(2 * extra, (low + high) / 2)]
        due = fsum(number / (1 + exp(other - logs[a])) for number, other in games)
        won = fsum(wins[a][b] for b in group) + extra
        fits = abs(won - due) <= 1e-5 * (1 + fsum(number for number, _ in games))
        need(fits, "result.json: a strength does not follow from the pairs")


ORDERS = {
    "approval": approval,
    "score": score,
    "star": star,
    "borda": borda,
    "schulze-wv": schulze,
    "schulze-margins": schulze,
    "bradley-terry": bradley_terry,
}


def check_places(told, sums, ballots, where):
    """Check the votes and ranks beside an order."""
    votes = dict(zip(sums["designs"], sums["votes"]))  # noqa: B905
    need(
        all(each["votes"] == votes[each["submission_id"]] for each in told), f"{where}: votes that are not in the sums"
    )
    places = [1 + sum(other["rank"] < each["rank"] for other in told) for each in told]
    need([each["rank"] for each in told] == places == sorted(places), f"{where}: the ranks do not follow each other")
    check_sums(sums, ballots, where)


def check_order(part, told, sums, where):
    """Count one order again from its sums; `told` is the published one, designs with their ranks."""
    ranks = sorted({each["rank"] for each in told})
    groups = [sorted(each["submission_id"] for each in told if each["rank"] == rank) for rank in ranks]
    complete = sorted(each["submission_id"] for each in told) == sums["designs"]
    need(complete, f"{where}: the order does not hold each design once")
    if part["method"] not in ORDERS:
        lines = [sum(map(Fraction, line["votes"].values()), Fraction(line["exhausted"])) for line in part["rounds"]]
        need(len(set(lines)) < 2, f"{where}: the lines of the count do not add up to the same number of ballots")
        return "its lines add up (counting it again needs the auditor's export)"
    found = ORDERS[part["method"]](sums, part) if any(sums["votes"]) else [list(range(len(sums["designs"])))]
    found = [sorted(sums["designs"][d] for d in group) for group in found if group]
    need(found == groups, f"{where}: the sums give another order")
    return "the sums give the published order"


def check_sums(sums, ballots, where):
    """Check that so many ballots can have these sums, and that the sums agree with each other."""
    votes, stars_of, over = sums["votes"], sums.get("histograms"), sums.get("matrix")
    pairs = over is not None and "positions" not in sums and not stars_of
    fine = votes == [sum(row) for row in over] if pairs else all(0 <= number <= ballots for number in votes)
    fine = fine and (not stars_of or [sum(row[1:]) for row in stars_of] == votes)
    fine = fine and all(sum(row) <= ballots and min(row) >= 0 for row in stars_of or [])
    fine = fine and ("positions" not in sums or [sum(row) for row in sums["positions"]] == votes)
    for a, row in enumerate(over or []):
        fine = fine and row[a] == 0 and all(row[b] >= 0 and row[b] + over[b][a] <= ballots for b in range(len(over)))
    need(fine, f"{where}: no {ballots} ballots have these sums")


def check_chosen(part, rule, kind, where):
    """Check the fans' choice and the shortlist against the order, and the rules against those fixed at the opening."""
    told = ("method", "variant", "tie_rule", "places", "seed_hash")
    need(all(part[name] == rule[name] for name in told), f"{where}: counted by other rules than rules.json holds")
    need(part["version"] == rule["method_version"], f"{where}: counted by another version of the method")
    need(part["ballots"] == part["counted"], f"{where}: two numbers of counted ballots")
    order, size, admitted = part["order"], rule["shortlist"] if kind == "open" else 1, []
    need(part["votes"] == sum(each["votes"] for each in order), f"{where}: the votes do not add up")
    spoken = [each for each in order if each["votes"]]
    elected = [design for line in part["rounds"] for design in line.get("elected", [])]
    best = [each["submission_id"] for each in spoken if each["rank"] == 1]
    if part["method"] != "stv":  # whom the transferable vote elects is for the auditor's export to say
        need(sorted(part["winners"]) == sorted(best), f"{where}: the fans' choice is not the first of the order")
    else:
        need(set(map(str, part["winners"])) <= set(elected) | set(map(str, best)), f"{where}: a winner nobody elected")
    if kind != "open" or part["method"] == "stv" or "revised_at" in part:
        return  # after appeals the shortlist stays as it was first published
    for rank in sorted({each["rank"] for each in spoken or order}):
        tied = sorted(
            (each["submission_id"] for each in spoken or order if each["rank"] == rank),
            key=lambda d: lot(part["seed"], d),
        )
        if len(admitted) >= size:
            break
        admitted += tied if len(admitted) + len(tied) <= 2 * size else tied[: size - len(admitted)]
    need(part["shortlist"] == admitted, f"{where}: the shortlist is not the top of the order")


def check_result(result, log, rules):
    """Check numbers and orders of every round; return what was found."""
    lines = []
    need([each["round"] for each in result["rounds"]] == [each["round"] for each in rules], "rules.json: other rounds")
    for entry, rule in zip(result["rounds"], rules):  # noqa: B905
        where, part = f"result.json, {entry['round']} round", entry["published"]
        roots = {
            root["label"]: root for each in log["rounds"] if each["round"] == entry["round"] for root in each["roots"]
        }
        need("seal" in roots and result["label"] in roots, f"{where}: log.json holds no root of its {result['label']}")
        sealed = roots[result["label"]]["counted_size"]
        need(sealed == part["counted"], f"{where}: {part['counted']} ballots are counted, {sealed} were sealed")
        need(part["cast"] == part["held"] + part["rejected"] + part["counted"], f"{where}: ballots are missing")
        need(sum(entry["rejected_by_reason"].values()) == part["rejected"], f"{where}: reasons do not add up")
        need(part["root"] == roots["seal"]["counted_root"], f"{where}: counted by another root than the sealed one")
        promised = hashlib.sha256(part["contest_seed"].encode()).hexdigest() == part["seed_hash"]
        drawn = hashlib.sha256(f"{part['contest_seed']}|{part['root']}".encode()).hexdigest() == part["seed"]
        need(promised and drawn, f"{where}: the lots are not those that were promised")
        said = check_order(part, part["order"], part["statistics"], where)
        check_places(part["order"], part["statistics"], part["counted"], where)
        check_chosen(part, rule, entry["round"], where)
        lines.append(f"{entry['round']} round, {part['method']}: {part['counted']} ballots; {said}")
        if entry["with_held"]:
            other = dict(part, counted=part["counted"] + part["held"], **entry["with_held"])
            check_order(other, part["with_held"], other["statistics"], f"{where}, with held ballots")
            check_places(part["with_held"], other["statistics"], other["counted"], f"{where}, with held ballots")
    return lines


def check(zipped, digest=None, receipts=()):
    """Check a bundle (bytes), its SHA-256 if given, and receipts (name, bytes); return lines, raise Fault."""
    try:
        files = contents(zipped)
        found = hashlib.sha256(zipped).hexdigest()
        need(not digest or digest.strip().lower() == found, f"another bundle: its SHA-256 is {found}")
        log, result = parsed(files, "log.json"), parsed(files, "result.json")
        contest, rules = parsed(files, "contest.json"), parsed(files, "rules.json")["rounds"]
        check_log(log, contest)
        lines = [f"the zip is whole, its SHA-256 is {found}", "every root is signed and grew out of the one before"]
        lines += check_result(result, log, rules)
        shown = {each["submission_id"] for entry in result["rounds"] for each in entry["published"]["order"]}
        need({each["id"] for each in contest["designs"]} == shown, "contest.json: other designs than those counted")
        for name, text in receipts:
            check_receipt(parsed({name: text}, name), log, name)
            lines.append(f"{name}: the ballot is in the log")
        return lines
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, ZeroDivisionError) as bad:
        raise Fault(f"not a bundle of this form: {bad!r}") from None


def main(arguments=None):
    """Run from a shell; return the exit code."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("bundle")
    asked.add_argument("--digest", help="the SHA-256 from the result page or the mail")
    asked.add_argument("--receipt", action="append", default=[], help="a receipt.json to look for in the log")
    given = asked.parse_args(arguments)
    try:
        with open(given.bundle, "rb") as file:
            zipped = file.read()
        receipts = []
        for name in given.receipt:
            with open(name, "rb") as file:
                receipts.append((name, file.read()))
        print("\n".join(check(zipped, given.digest, receipts)))
    except OSError as bad:
        print(f"{bad.filename}: {bad.strerror}", file=sys.stderr)
        return 2
    except Fault as fault:
        print(f"FAILED {fault}", file=sys.stderr)
        return 1
    print("All is well.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
