"""Verifies the seals of evidence files by docs/evidence-format.md alone: Python's standard library for what the files
hold, ssh-keygen for the signatures.

    python3 verify.py FILE...

For each file it prints a line of JSON: for each snapshot whether it is sealed, whole or broken, whose keys signed it and
in which sections it differs from what was sealed; what lies between the snapshots; and what is named and not used. Whose key it is, is yours to know.
"""
import base64
import functools
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import zlib

TABLES = {
    "site": "SELECT kind, ids, address, name FROM identity WHERE snapshot = ?",
    "vantage": "SELECT account, account_name, credentials, scopes, group_ids, permissions FROM vantage WHERE snapshot = ?",
    "coverage": "SELECT r.name, outcome, http_status, reason, missing, lists, event, window_from, objects, requests, duplicates, revision, members "
    "FROM coverage c JOIN resource r ON r.id = c.resource WHERE snapshot = ?",
    "parts": "SELECT r.name, parent, outcome, http_status, reason FROM coverage_part p JOIN resource r ON r.id = p.resource WHERE snapshot = ?",
    "log": "SELECT r.name, parent, method, path, status, at, millis, rows, requests, note "
    "FROM request q JOIN resource r ON r.id = q.resource WHERE snapshot = ? ORDER BY q.id",
}
KEYS = {"coverage": 1, "parts": 2}  # columns that order a section; log is in the order of its ids
MEMBERS = {"export", "sealed", "signer", "site", "started", "finished", "state", "program", "personal_data", "objects", "digest", "origin", "sections", "manifest"}


def value(v):
    """A column's value for JSON; text comes as bytes."""
    if isinstance(v, bytes):
        try:
            return v.decode()
        except UnicodeDecodeError:
            return {"bytes": v.hex()}
    return str(v) if isinstance(v, int) and abs(v) >= 2**53 else v


def line(row):
    return json.dumps([value(v) for v in row], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def digest(column):
    return "" if column is None else "sha256:" + column.hex()


class File:
    def __init__(self, path):
        self.db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        self.db.text_factory = bytes
        self.bodies = {}
        for number, stored, text in self.db.execute("SELECT id, digest, json FROM body"):
            own = hashlib.sha256(text).digest()
            self.bodies[number] = own.hex() if own == stored else "altered"

    def sections(self, snapshot, site):
        """The lines of every section of a snapshot."""
        out = {}
        for name, query in TABLES.items():
            rows = self.db.execute(query, (snapshot,)).fetchall()
            if name in KEYS:
                rows.sort(key=lambda r: r[: KEYS[name]])
            out[name] = [line(r) for r in rows]
        rows = self.db.execute(
            "SELECT r.name, s.key, s.body FROM span s JOIN resource r ON r.id = s.resource WHERE s.site = ? AND s.first <= ? AND s.last >= ?",
            (site, snapshot, snapshot),
        ).fetchall()
        for resource, key, body in sorted(rows):
            if body in self.bodies:
                out.setdefault("objects/" + resource.decode(), []).append(line([key, self.bodies[body].encode()]))
        return out

    def head(self, snapshot):
        """What a statement says beside its sections."""
        names = ["started", "finished", "state", "program", "personal_data", "objects"]
        row = self.db.execute(f"SELECT {', '.join(names)}, digest FROM snapshot WHERE id = ?", (snapshot,)).fetchone()
        out = {name: value(v) for name, v in zip(names, row)}
        out["digest"] = digest(row[6])
        out["origin"] = [
            {"at": value(at), "program": value(program), "digest": digest(d), "statement": digest(s), "level": value(level), "key": value(key)}
            for at, program, d, s, level, key in self.db.execute(
                "SELECT at, program, digest, statement, level, key FROM origin WHERE snapshot = ? AND kind = 'redacted' ORDER BY id", (snapshot,)
            )
        ]
        site = self.db.execute("SELECT kind, ids FROM identity WHERE snapshot = ?", (snapshot,)).fetchone()
        try:
            out["site"] = {"kind": value(site[0]), "ids": json.loads(site[1])}
        except (TypeError, ValueError):
            out["site"] = None
        return out

    def between(self):
        """What lies between the snapshots."""
        found = []

        def gone(table, column, other):
            if self.db.execute(f"SELECT 1 FROM {table} WHERE {column} NOT IN (SELECT id FROM {other})").fetchone():
                found.append(f"{table} of no {other}")

        for table in ["identity", "vantage", "coverage", "coverage_part", "request", "progress", "mark", "origin", "seal"]:
            gone(table, "snapshot", "snapshot")
        for table in ["coverage", "coverage_part", "request", "progress", "span"]:
            gone(table, "resource", "resource")
        if self.db.execute("SELECT 1 FROM progress p JOIN snapshot n ON n.id = p.snapshot WHERE n.state IN ('complete', 'partial')").fetchone():
            found.append("progress of a finished snapshot")
        for table in ["span", "snapshot", "site_id"]:
            gone(table, "site", "site")
        for column in ["first", "last"]:
            if self.db.execute(f"SELECT 1 FROM span s WHERE NOT EXISTS (SELECT 1 FROM snapshot n WHERE n.id = s.{column} AND n.site = s.site)").fetchone():
                found.append(f"span.{column} is no snapshot of the site")
        if self.db.execute("SELECT 1 FROM span WHERE first > last").fetchone():
            found.append("span that ends before it begins")
        unfinished = self.db.execute("SELECT 1 FROM snapshot WHERE state NOT IN ('complete', 'partial')").fetchone()
        if not unfinished and self.db.execute("SELECT 1 FROM body WHERE id NOT IN (SELECT body FROM span)").fetchone():
            found.append("body that nobody saw")
        for site, kind, address, name in self.db.execute("SELECT id, kind, address, name FROM site").fetchall():
            known = self.db.execute("SELECT i.kind, i.ids, i.address, i.name FROM identity i JOIN snapshot n ON n.id = i.snapshot WHERE n.site = ?", (site,)).fetchall()
            if not self.db.execute("SELECT 1 FROM snapshot WHERE site = ?", (site,)).fetchone():
                continue
            joined = self.db.execute("SELECT joined FROM origin o JOIN snapshot n ON n.id = o.snapshot WHERE n.site = ? AND joined <> ''", (site,)).fetchall()
            lists = []
            for row in known:
                try:
                    lists.append([i.encode() for i in json.loads(row[1])])
                except (ValueError, AttributeError):
                    lists.append([])
            first = [i[0] for i in lists if i] + [j for (j,) in joined]
            every = {i for ids in lists for i in ids} | {j for (j,) in joined}
            has = [i for (i,) in self.db.execute("SELECT id FROM site_id WHERE site = ? ORDER BY position", (site,))]
            if kind not in [k[0] for k in known] or address not in [k[2] for k in known] or name not in [k[3] for k in known]:
                found.append("site is not what its snapshots say")
            if set(has) != every or not has or has[0] not in first:
                found.append("ids of a site are not what its snapshots say")
        return sorted(set(found))


    def unused(self):
        """What the file names and holds nothing of."""
        used = {r for table in ["coverage", "request", "span"] for (r,) in self.db.execute(f"SELECT DISTINCT resource FROM {table}")}
        sites = {s for (s,) in self.db.execute("SELECT site FROM snapshot")}
        resources = [value(name) for number, name in self.db.execute("SELECT id, name FROM resource") if number not in used]
        return sorted(["resource", name] for name in resources) + sorted(
            ["site", value(address)] for number, address in self.db.execute("SELECT id, address FROM site") if number not in sites
        )


@functools.lru_cache
def signed(statement, signature):
    """The fingerprint of the key that signed; None where nobody did."""
    armor = re.fullmatch(rb"-----BEGIN SSH SIGNATURE-----\n(.*)-----END SSH SIGNATURE-----\n", signature, re.S)
    if not armor:
        return None
    try:
        blob = base64.b64decode(armor[1].replace(b"\n", b""), validate=True)
    except ValueError:
        return None
    text = base64.b64encode(blob)
    if armor[1] != b"".join(text[i : i + 64] + b"\n" for i in range(0, len(text), 64)):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "signature")
        with open(path, "wb") as f:
            f.write(signature)
        check = subprocess.run(["ssh-keygen", "-Y", "check-novalidate", "-n", "plumbline-seal", "-s", path], input=statement, capture_output=True)
    good = re.search(rb'^Good "plumbline-seal" signature with ED25519 key (SHA256:\S+)', check.stdout + check.stderr, re.M)
    return good[1].decode() if check.returncode == 0 and good else None


def once(pairs):
    """An object of which no member comes twice."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member comes twice")
    return members


def differing(file, said, at, manifest, snapshot, site):
    """The sections and members in which a snapshot is not what was sealed."""
    found = set()
    if said.get("export") != 1 or set(said) != MEMBERS:
        return {"export"}
    if value(at) != said["sealed"]:
        found.add("at")
    if hashlib.sha256(manifest).hexdigest() != said["manifest"]:
        found.add("manifest")
    for name, v in file.head(snapshot).items():
        if said[name] != v:
            found.add(name)
    now = file.sections(snapshot, site)
    for name in set(now) | set(said["sections"]):
        lines = now.get(name, [])
        is_now = {"rows": len(lines), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
        if said["sections"].get(name) != is_now:
            found.add(name)
    if "manifest" not in found:  # it holds the rows that were sealed, so it says which are missing
        text, held, name = zlib.decompress(manifest), {}, None
        for row in text.splitlines(keepends=True):
            if row.startswith(b'"'):
                name = json.loads(row)
                held[name] = []
            else:
                held[name].append(row)
        for name, section in said["sections"].items():
            if len(held[name]) != section["rows"]:
                found.add("manifest")
    return found


def verify(path):
    file, out = File(path), []
    for snapshot, site, state in file.db.execute("SELECT id, site, state FROM snapshot ORDER BY id").fetchall():
        whole, signers, sections = True, [], set()
        seals = file.db.execute("SELECT at, statement, signature, manifest FROM seal WHERE snapshot = ? ORDER BY id", (snapshot,)).fetchall()
        for at, statement, signature, manifest in seals:
            key = signed(statement, signature)
            if key is None:
                whole = False
                sections.add("signature")
                continue
            signers.append(key)
            sections |= differing(file, json.loads(statement, object_pairs_hook=once), at, manifest, snapshot, site)
        verdict = "unsealed" if not seals else "broken" if sections or not whole else "whole"
        out.append({"id": snapshot, "state": verdict, "signers": signers, "differing": sorted(sections)})
    return {"file": path, "snapshots": out, "between": file.between(), "unused": file.unused()}


for argument in sys.argv[1:]:
    print(json.dumps(verify(argument)), flush=True)
