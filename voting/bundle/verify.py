#!/usr/bin/env python3
# mypy: ignore-errors
"""Check a results bundle: python3 verify.py results.zip [--digest SHA256] [--receipt receipt.json …]

One file, long as it is: each bundle carries it, and who has only that must be able to read and to run it.
Needs Python 3.8 or newer and nothing else, and believes nothing it reads: (1) the zip has to be the one possible zip
of its files, (2) the log's signatures, roots and proofs have to fit, (3) each result is counted again from its sums.
Take --digest from the mail or the result page: it says that this is the bundle everybody else has. Leaves with 0 when
all is well, 1 when something is not (and says where), 2 for an unreadable file. `check`, near the end, is the whole.
"""

import argparse
import hashlib
import json
import pathlib
import struct
import sys
import zlib
from fractions import Fraction
from itertools import combinations, product, zip_longest
from math import exp, fsum


class Fault(Exception):
    """Something in the bundle is not as it has to be; the message says where."""


def need(fine, where):
    """Raise Fault unless all is fine."""
    if not fine:
        raise Fault(where)


# --- 1. The archive: no compression, no dates, names in order, so that there is one zip for each set of files ---------


def pack(files):
    """Return the one possible zip of `files` (name -> bytes)."""
    body, directory = b"", b""
    for name in sorted(files):
        data, offset = files[name], len(body)
        fixed = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), 0)
        body += b"PK\3\4" + fixed + name.encode() + data
        directory += b"PK\1\2\x14\3" + fixed + struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, offset) + name.encode()
    end = struct.pack("<4H2IH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def reading(zipped, at, magic, fields, length):
    """Return the files as the headers from `at` on name them, and which of them don't have their checksum."""
    files, changed = {}, set()
    while zipped[at : at + 4] == magic and len(zipped) >= at + length:
        checksum, _packed, size, named = struct.unpack("<3IH", zipped[at + fields : at + fields + 14])
        name = zipped[at + length : at + length + named].decode("latin-1")
        own = length == 30  # a file's own header stands before it, one of the directory says where it begins
        start = 30 + named + (at if own else int.from_bytes(zipped[at + 42 : at + 46], "little"))
        files[name] = zipped[start : start + size]
        changed.update([name] if zlib.crc32(files[name]) != checksum else [])
        at = start + size if own else at + length + named
    return files, changed


def unpack(zipped):
    """Return the files of a bundle; raises Fault naming the changed file or the changed byte of the zip."""
    directory, guesses = int.from_bytes(zipped[-6:-2], "little"), []
    readings = reading(zipped, 0, b"PK\3\4", 14, 30), reading(zipped, directory, b"PK\1\2", 16, 46)
    for files, _changed in readings:  # where one of the two is damaged the other says what should be there
        whole = pack({name: data for name, data in files.items() if name.isascii()})
        if files and whole == zipped:
            return files
        pairs = enumerate(zip(whole, zipped))  # noqa: B905
        shared = next((at for at, (one, other) in pairs if one != other), min(len(whole), len(zipped)))
        guesses.append((files.get("manifest.json") == manifest(files), shared))
    for name in sorted(readings[0][1] & readings[1][1]):
        raise Fault(f"{name}: its content was changed")
    raise Fault(f"zip structure at byte {max(guesses)[1]}: not as it was made")


def contents(zipped):
    """Return the files after comparing each with its digest in manifest.json."""
    files = unpack(zipped)
    digests = dict(parsed(files, "manifest.json")["files"])
    for name in sorted(set(files) - {"manifest.json"} | set(digests)):
        found = hashlib.sha256(files[name]).hexdigest() if name in files else "missing"
        need(digests.get(name) == found, f"{name}: not the file that manifest.json names")
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


# --- 2. The log: trees and proofs of RFC 6962, signatures of RFC 8032 (Ed25519) --------------------------------------


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_above(leaf, index, size, path):
    """Return the root of a tree of `size` leaves from the hash of one and its proof, the leaf's end first (2.1.1)."""
    if size == 1 or not path:
        return leaf if size == 1 and not path else b""  # of a proof of another length: this leads to no root
    half = 1 << (size - 1).bit_length() - 1  # so many leaves stand on the left: the largest power of two below the size
    if index < half:
        return node(root_above(leaf, index, half, path[:-1]), path[-1])
    return node(path[-1], root_above(leaf, index - half, size - half, path[:-1]))


def roots_above(old, new, path, known):
    """Return the roots of the first `old` leaves and of all `new` by a proof of consistency (2.1.2).

    `known`: the old root, while these leaves begin the log; elsewhere None, and what is above them is in the path.
    """
    if old == new or not path:
        given = path if known is None else [known, *path]
        return tuple(given) * 2 if old == new and len(given) == 1 else (b"", b"")
    half = 1 << (new - 1).bit_length() - 1
    if old <= half:
        before, after = roots_above(old, half, path[:-1], known)
        return before, node(after, path[-1])
    return tuple(node(path[-1], root) for root in roots_above(old - half, new - half, path[:-1], None))


def includes(leaf, index, size, path, root):
    """Return whether a leaf's hash stands at `index` in the tree of `size` leaves with that root."""
    return 0 <= index < size and len(root) == 32 and root_above(leaf, index, size, path) == root


def grew(old, new, path, old_root, new_root):
    """Return whether the tree of `new` leaves begins with that of `old`; nothing is proven from a log of no lines."""
    if old == 0 < new:
        return not path and old_root == hashlib.sha256().digest()
    whole = 0 <= old <= new and len(old_root) == len(new_root) == 32
    return whole and roots_above(old, new, path, old_root) == (old_root, new_root)


P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def point(text):
    """Return the point of the curve that 32 bytes name, None for no point."""
    sign, y = divmod(int.from_bytes(text, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else P - x), y


def add(p, q):
    both = D * p[0] * p[1] * q[0] * q[1]
    x, y = p[0] * q[1] + p[1] * q[0], p[1] * q[1] + p[0] * q[0]
    return x * pow(1 + both, -1, P) % P, y * pow(1 - both, -1, P) % P


def times(number, p):
    half = times(number // 2, p) if number > 1 else (0, 1)
    twice = add(half, half)
    return add(twice, p) if number & 1 else twice


def signed(key, message, signature):
    """Return whether this is the key's signature of the message (all bytes)."""
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(key) != 32 or len(signature) != 64 or a is None or r is None or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    return times(s, base) == add(r, times(k, a))


def signature_fits(kind, body, names, keys):
    """Return whether `body` is signed by one of the site's keys, over the fields `names`."""
    text = json.dumps({name: body[name] for name in names}, sort_keys=True, separators=(",", ":")).encode()
    key, signature = bytes.fromhex(body["public_key"]), bytes.fromhex(body["signature"])
    return body["public_key"] in keys and signed(key, b"fanmade-" + kind + b"-v1\n" + text, signature)


ROOT = ("at", "contest", "counted_root", "counted_size", "label", "root", "round", "size")
PROMISE = ("ballot", "commitment", "contest", "received_at", "round", "version")


def check_log(log, contest):
    """Check all published roots: each is signed, of this contest and round, and grew out of the one before."""
    need(log["contest"] == contest["name"], "log.json: the log of another contest")
    for part in log["rounds"]:
        roots, where = part["roots"], f"log.json, {part['round']} round"
        for root in roots:
            label, here = f"{where}, root {root['label']}", (root["contest"], root["round"])
            need(signature_fits(b"root", root, ROOT, log["keys"]), f"{label}: the signature does not fit")
            need(here == (contest["id"], part["round"]), f"{label}: a root of another contest or round")
        need(len(part["consistency"]) == max(0, len(roots) - 1), f"{where}: a proof is missing")
        for old, new, proof in zip(roots, roots[1:], part["consistency"]):  # noqa: B905
            path = [bytes.fromhex(step) for step in proof["path"]]
            known, sizes = (bytes.fromhex(root["root"]) for root in (old, new)), (old["size"], new["size"])
            fits = sizes == (proof["from"], proof["to"]) and grew(*sizes, path, *known)
            need(fits, f"{where}: the log of {new['size']} lines did not grow out of that of {old['size']}")


def check_receipt(receipt, log, name):
    """Check a receipt: the promise is the site's, and the ballot it names is in the log that was sealed."""
    promise, proof = receipt.get("promise"), receipt.get("inclusion")
    need(promise, f"{name}: holds no promise")
    need(signature_fits(b"promise", promise, PROMISE, log["keys"]), f"{name}: the promise is not signed by this site")
    need(proof, f"{name}: taken before the vote was in the log; download it again")
    names = ("contest", "round", "size", "root")
    published = [tuple(root[each] for each in names) for part in log["rounds"] for root in part["roots"]]
    place = promise["contest"], promise["round"], proof["size"], proof["root"]
    need(place in published, f"{name}: made against a root that is not in this bundle; download it again")
    data = promise["contest"].to_bytes(8, "big") + promise["ballot"].to_bytes(8, "big")
    leaf = hashlib.sha256(b"\0" + data + bytes.fromhex(promise["commitment"])).digest()
    path, root = [bytes.fromhex(step) for step in proof["path"]], bytes.fromhex(proof["root"])
    need(includes(leaf, proof["index"], proof["size"], path, root), f"{name}: the ballot is not in the log")
    need(proof["leaf"] == leaf.hex(), f"{name}: the leaf it names is not that of the promised ballot")


# --- 3. The results: each order is made again from the sums over all counted ballots; tied designs stand together -----
#
# Designs are numbered from 0 as in sums["designs"]. votes: ballots that speak for a design. histograms: how many gave
# it 0 to 5 stars. matrix[a][b]: ballots that put a before b (of pairs: how often a won against b).


def by_value(values):
    """Return designs in groups of equal value, the highest first."""
    return [[d for d in sorted(values) if values[d] == value] for value in sorted(set(values.values()), reverse=True)]


def lot(seed, design):
    return hashlib.sha256(f"{seed}|{design}".encode()).hexdigest()


def stars(sums):
    return {d: sum(n * given for given, n in enumerate(row)) for d, row in enumerate(sums["histograms"])}


def borda(sums, part):
    """A point for each design ranked lower, half for each tied one: so what counts is votes before minus behind."""
    votes = sums["matrix"]
    return by_value({a: sum(votes[a]) - sum(row[a] for row in votes) for a in range(len(votes))})


def schulze(sums, part):
    """A path is as strong as its weakest link; who has no stronger path against them comes next."""
    votes, every = sums["matrix"], range(len(sums["matrix"]))
    margins = part["method"] == "schulze-margins"
    path = [[votes[a][b] - margins * votes[b][a] if votes[a][b] > votes[b][a] else 0 for b in every] for a in every]
    for over, a, b in product(every, repeat=3):
        path[a][b] = max(path[a][b], min(path[a][over], path[over][b]) if a != b else 0)
    left, order = list(every), []
    while left:
        order.append([a for a in left if not any(path[b][a] > path[a][b] for b in left)])
        left = [a for a in left if a not in order[-1]]
    return order


def star(sums, part):
    """The two with the most stars meet, the one more ballots prefer wins; then the same among the rest."""
    over, total, most = sums["matrix"], stars(sums), [row[5] for row in sums["histograms"]]
    left, order = list(range(len(over))), []
    while left:
        meet = finalists(left, over, total, most) if len(left) > 1 else [left * 2]
        values = [{a: (over[a][b], total[a], most[a]), b: (over[b][a], total[b], most[b])} for a, b in meet]
        best = {d for pair in values for d in by_value(pair)[0]}
        order.append([min(best, key=lambda d: lot(part["seed"], sums["designs"][d]))])
        left.remove(order[-1][0])
    # designs that no ballot speaks for stand last together: a draw among them would say nothing
    last = sorted(d for group in order for d in group if not sums["votes"][d])
    return [group for group in order if sums["votes"][group[0]]] + ([last] if last else [])


def finalists(left, over, total, most):
    """Return every pair that may meet: ties go to who is preferred among those tied, then to the most five stars."""
    sure, tied = [], left
    rules = (lambda d, _: total[d], lambda d, those: sum(over[d][other] for other in those), lambda d, _: most[d])
    for rule in rules:
        for group in by_value({d: rule(d, tied) for d in tied}):
            if len(sure) + len(group) > 2:
                tied = group
                break
            sure = sure + group
            if len(sure) == 2:
                return [sure]
    return [[*sure, *rest] for rest in combinations(tied, 2 - len(sure))]


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
        ties = []
        for d in sorted(group, key=lambda d: (-logs[d], d)):
            if ties and logs[ties[-1][-1]] - logs[d] < 5e-7:  # strengths are printed to six decimals
                ties[-1].append(d)
            else:
                ties.append([d])
        orders.append(ties)
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
    "approval": lambda sums, part: by_value(dict(enumerate(sums["votes"]))),
    "score": lambda sums, part: by_value(stars(sums)),
    "star": star,
    "borda": borda,
    "schulze-wv": schulze,
    "schulze-margins": schulze,
    "bradley-terry": bradley_terry,
}


def check_order(part, told, sums, ballots, where):
    """Count one order again from its sums; `told` is the published one, designs with their ranks and votes."""
    complete = sorted(each["submission_id"] for each in told) == sums["designs"]
    need(complete, f"{where}: the order does not hold each design once")
    if part["method"] in ORDERS:
        found = ORDERS[part["method"]](sums, part) if any(sums["votes"]) else [range(len(sums["designs"]))]
        found = [sorted(sums["designs"][d] for d in group) for group in found if group]
        groups = [sorted(tied) for _rank, tied in ranked(told)]
        need(found == groups, f"{where}: the sums give another order")
    else:
        lines = {sum(map(Fraction, line["votes"].values()), Fraction(line["exhausted"])) for line in part["rounds"]}
        need(len(lines) < 2, f"{where}: the lines of the count do not add up to the same number of ballots")
    votes = dict(zip(sums["designs"], sums["votes"]))  # noqa: B905
    true = all(each["votes"] == votes[each["submission_id"]] for each in told)
    need(true, f"{where}: votes that are not in the sums")
    places = [1 + sum(other["rank"] < each["rank"] for other in told) for each in told]
    need([each["rank"] for each in told] == places == sorted(places), f"{where}: the ranks do not follow each other")
    check_sums(sums, ballots, where)


def ranked(told):
    """Return (rank, designs) of a published order, the best first."""
    ranks = sorted({each["rank"] for each in told})
    return [(rank, [each["submission_id"] for each in told if each["rank"] == rank]) for rank in ranks]


def check_sums(sums, ballots, where):
    """Check that so many ballots can have these sums, and that the sums agree with each other."""
    votes, given, over = sums["votes"], sums.get("histograms") or [], sums.get("matrix") or []
    pairs = over and not given and "positions" not in sums
    cells = [(over[a][b], over[b][a], a != b) for a, b in product(range(len(over)), repeat=2)]
    fine = [
        votes == [sum(row) for row in over] if pairs else all(0 <= number <= ballots for number in votes),
        not given or [sum(row[1:]) for row in given] == votes,
        all(sum(row) <= ballots and min(row) >= 0 for row in given),
        "positions" not in sums or [sum(row) for row in sums["positions"]] == votes,
        all(there >= 0 and there + back <= ballots * others for there, back, others in cells),
    ]
    need(all(fine), f"{where}: no {ballots} ballots have these sums")


def check_chosen(part, size, where):
    """Check the fans' choice, and the shortlist of `size` (None in a final round), against the order."""
    spoken = [each for each in part["order"] if each["votes"]]
    best = [each["submission_id"] for each in spoken if each["rank"] == 1]
    if part["method"] == "stv":  # whom the transferable vote elects is for the auditor's export to say
        elected = {design for line in part["rounds"] for design in line.get("elected", [])} | set(map(str, best))
        need(set(map(str, part["winners"])) <= elected, f"{where}: a winner nobody elected")
        return
    need(sorted(part["winners"]) == sorted(best), f"{where}: the fans' choice is not the first of the order")
    if size is None or "revised_at" in part:
        return  # after appeals the shortlist stays as it was first published
    admitted = []
    for _rank, tied in ranked(spoken or part["order"]):
        if len(admitted) < size:
            drawn = sorted(tied, key=lambda d: lot(part["seed"], d))
            admitted += drawn if len(admitted) + len(drawn) <= 2 * size else drawn[: size - len(admitted)]
    need(part["shortlist"] == admitted, f"{where}: the shortlist is not the top of the order")


def check_round(entry, rule, log):
    """Check one round: rules, numbers, lots and orders; return what was found."""
    part, kind = entry["published"], entry["round"]
    where = f"result.json, {kind} round"
    fixed = ("method", "variant", "tie_rule", "places", "seed_hash")
    need(all(part[name] == rule[name] for name in fixed), f"{where}: counted by other rules than rules.json holds")
    need(part["version"] == rule["method_version"], f"{where}: counted by another version of the method")
    roots = {root["label"]: root for each in log["rounds"] if each["round"] == kind for root in each["roots"]}
    need("seal" in roots and entry["label"] in roots, f"{where}: log.json holds no root of its {entry['label']}")
    sealed = roots[entry["label"]]["counted_size"]
    need(sealed == part["counted"], f"{where}: {part['counted']} ballots are counted, {sealed} were sealed")
    need(part["ballots"] == part["counted"], f"{where}: two numbers of counted ballots")
    need(part["cast"] == part["held"] + part["rejected"] + part["counted"], f"{where}: ballots are missing")
    need(sum(entry["rejected_by_reason"].values()) == part["rejected"], f"{where}: reasons do not add up")
    need(part["root"] == roots["seal"]["counted_root"], f"{where}: counted by another root than the sealed one")
    promised = hashlib.sha256(part["contest_seed"].encode()).hexdigest() == part["seed_hash"]
    drawn = hashlib.sha256(f"{part['contest_seed']}|{part['root']}".encode()).hexdigest() == part["seed"]
    need(promised and drawn, f"{where}: the lots are not those that were promised")
    check_order(part, part["order"], part["statistics"], part["counted"], where)
    need(part["votes"] == sum(each["votes"] for each in part["order"]), f"{where}: the votes do not add up")
    check_chosen(part, rule["shortlist"] if kind == "open" else None, where)
    if entry["with_held"]:
        other, whole = dict(part, **entry["with_held"]), part["counted"] + part["held"]
        check_order(other, part["with_held"], other["statistics"], whole, f"{where}, with held ballots")
    said = "the sums give the published order"
    if part["method"] not in ORDERS:
        said = "its lines add up (counting it again needs the auditor's export)"
    return f"{kind} round, {part['method']}: {part['counted']} ballots; {said}"


def check(zipped, digest=None, receipts=()):
    """Check a bundle (bytes), its SHA-256 if given, and receipts (name, bytes); return lines, raise Fault."""
    try:
        files = contents(zipped)
        found = hashlib.sha256(zipped).hexdigest()
        need(not digest or digest.strip().lower() == found, f"another bundle: its SHA-256 is {found}")
        log, result, contest, rules = (parsed(files, f"{name}.json") for name in ("log", "result", "contest", "rules"))
        check_log(log, contest)
        lines = [f"the zip is whole, its SHA-256 is {found}", "every root is signed and grew out of the one before"]
        kinds = [[each["round"] for each in file["rounds"]] for file in (result, rules)]
        need(kinds[0] == kinds[1], "rules.json: other rounds")
        for entry, rule in zip(result["rounds"], rules["rounds"]):  # noqa: B905
            lines.append(check_round(dict(entry, label=result["label"]), rule, log))
        shown = {each["submission_id"] for entry in result["rounds"] for each in entry["published"]["order"]}
        need({each["id"] for each in contest["designs"]} == shown, "contest.json: other designs than those counted")
        for name, text in receipts:
            check_receipt(parsed({name: text}, name), log, name)
            lines.append(f"{name}: the ballot is in the log")
        return lines
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as bad:
        raise Fault(f"not a bundle of this form: {bad!r}") from None


def main(arguments=None):
    """Run from a shell; return the exit code."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("bundle")
    asked.add_argument("--digest", help="the SHA-256 from the result page or the mail")
    asked.add_argument("--receipt", action="append", default=[], help="a receipt.json to look for in the log")
    given = asked.parse_args(arguments)
    try:
        zipped, *receipts = [pathlib.Path(name).read_bytes() for name in (given.bundle, *given.receipt)]
        print("\n".join(check(zipped, given.digest, zip(given.receipt, receipts))))  # noqa: B905
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
