"""Reads an evidence file by docs/evidence-format.md alone, with Python's standard library.

For each finished snapshot it prints a line of JSON: its number, whether each body has its digest,
whether the snapshot has its digest, and its objects by resource.
"""
import hashlib
import json
import sqlite3
import struct
import sys

path = sys.argv[1]
with open(path, "rb") as f:
    header = f.read(100)
assert header[:16] == b"SQLite format 3\0"
assert header[18] == 1 and header[19] == 1, "rollback mode"
assert struct.unpack(">I", header[68:72])[0] == 0x504C4D42
assert struct.unpack(">I", header[60:64])[0] in (1, 2, 3, 4)

db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)


def parts(key):
    out, part, escaped = [], "", False
    for c in key:
        if escaped:
            part, escaped = part + c, False
        elif c == "\\":
            escaped = True
        elif c == "\x1f":
            out, part = out + [part], ""
        else:
            part += c
    return out + [part]


for number, digest in db.execute("SELECT id, digest FROM snapshot WHERE state IN ('complete', 'partial') ORDER BY id").fetchall():
    rows = db.execute(
        """SELECT r.name, p.key, b.json, b.digest FROM snapshot n
           JOIN span p ON p.site = n.site AND p.first <= n.id AND p.last >= n.id
           JOIN resource r ON r.id = p.resource JOIN body b ON b.id = p.body WHERE n.id = ?""",
        (number,),
    ).fetchall()
    rows.sort(key=lambda r: (r[0].encode(), r[1].encode()))
    total, bodies, objects = hashlib.sha256(), True, {}
    for resource, key, body, stored in rows:
        own = hashlib.sha256(body.encode()).hexdigest()
        bodies = bodies and own == stored.hex()
        total.update(f"{resource}\x1e{key}\x1e{own}\n".encode())
        objects.setdefault(resource, []).append([parts(key), json.loads(body)])
    print(json.dumps({"snapshot": number, "bodies": bodies, "digest": total.digest() == digest, "objects": objects}))
