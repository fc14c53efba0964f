#!/usr/bin/env python3
"""bad_upstream.py MODE PORTFILE HITFILE: an upstream from hell. Each connection is answered as MODE says; HITFILE grows
by a byte a request. MODE elsewhere listens for whoever follows a redirect, at the port that is in REDIRECT."""
import gzip
import json
import os
import socket
import ssl
import sys
import threading
import time
import zlib

mode, port_file, hit_file = sys.argv[1:]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def reply(body, more=b""):
    return OK + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


def forever(c, head, piece, pause=0.0):
    c.sendall(head)
    end = time.time() + 60
    while time.time() < end:
        c.sendall(piece)
        time.sleep(pause)


def chunk(b):
    return b"%x\r\n" % len(b) + b + b"\r\n"


def results(ids, status="accepted", **more):
    return json.dumps({"results": [dict(id=i, status=status, **more) for i in ids]}).encode()


bomb = zlib.compressobj(9, wbits=31)
bomb = bomb.compress(b" " * (64 << 20)) + bomb.flush()
simple = {
    "huge_body": lambda ids: reply(results(ids) + b" " * (30 << 20)),
    "no_status": lambda ids: b"all is well, accepted\r\n",
    "noise": lambda ids: os.urandom(5000),
    "nul": lambda ids: b"\0" * 100000,
    "status_0": lambda ids: b"HTTP/1.1 0 \r\nContent-Length: 0\r\n\r\n",
    "status_999": lambda ids: b"HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n",
    "status_word": lambda ids: b"HTTP/1.1 OK fine\r\n\r\n" + results(ids),
    "switch": lambda ids: b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n" + results(ids),
    "redirect": lambda ids: b"HTTP/1.1 307 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
    % os.environ["REDIRECT"].encode(),
    "negative_length": lambda ids: OK + b"Content-Length: -5\r\n\r\n" + results(ids),
    "two_lengths": lambda ids: OK + b"Content-Length: 2\r\nContent-Length: 900\r\n\r\n{}",
    "short_body": lambda ids: OK + b"Content-Length: 100000\r\n\r\n" + results(ids),
    "huge_chunk": lambda ids: OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + results(ids),
    "chunk_of_nothing": lambda ids: OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "gzip": lambda ids: reply(gzip.compress(results(ids)), b"Content-Encoding: gzip\r\n"),
    "gzip_bomb": lambda ids: reply(bomb, b"Content-Encoding: gzip\r\n"),
    "transfer_bomb": lambda ids: OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk(bomb) + chunk(b""),
    "deep": lambda ids: reply(b'{"results":' + b"[" * 100000),
    "digits": lambda ids: reply(b'{"results":[],"n":0.' + b"1" * 99 + b"}"),
    "results_object": lambda ids: reply(b'{"results":{"id":"1","status":"accepted"}}'),
    "results_null": lambda ids: reply(b'{"results":null}'),
    "results_mixed": lambda ids: reply(b'{"results":[1,null,"x",[],{"id":5,"status":true},{"status":"accepted"}]}'),
    "array": lambda ids: reply(b'["accepted"]'),
    "ids_as_numbers": lambda ids: reply(b'{"results":[%s]}' % b",".join(
        b'{"id":%s,"status":"accepted"}' % i.encode() for i in ids)),
    "ids_of_others": lambda ids: reply(results([str(int(i) + 10**12) for i in ids])),
    "told_twice": lambda ids: reply(json.dumps({"results": [
        {"id": i, "status": s} for i in ids for s in ("accepted", "rejected")]}).encode()),
    "twice_the_member": lambda ids: reply(b'{"results":[],"results":[%s]}' % results(ids)[13:-2]),
    "status_of_case": lambda ids: reply(results(ids, "Accepted")),
    "not_utf8": lambda ids: reply(results(ids).replace(b"accepted", b"accepted\xff")),
    "retry_never": lambda ids: b"HTTP/1.1 429 X\r\nRetry-After: 99999999999999999999999\r\nContent-Length: 0\r\n\r\n",
    "retry_before": lambda ids: b"HTTP/1.1 503 X\r\nRetry-After: -99999999999\r\nContent-Length: 0\r\n\r\n",
    "retry_long_ago": lambda ids: b"HTTP/1.1 503 X\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n",
    "retry_words": lambda ids: b"HTTP/1.1 429 X\r\nRetry-After: " + b"9" * 70000 + b"\r\nContent-Length: 0\r\n\r\n",
    "good": lambda ids: reply(results(ids)),
}


def answer(c, ids):
    if mode in simple:
        c.sendall(simple[mode](ids))
    elif mode == "endless_body":
        forever(c, OK + b"\r\n", b" " * 65536)
    elif mode == "slow_bytes":
        forever(c, OK + b"Content-Length: 100000\r\n\r\n", b" ", 0.3)
    elif mode == "slow_headers":
        forever(c, OK, b"X: y\r\n", 0.3)
    elif mode == "endless_headers":
        forever(c, OK, b"X-Wall: " + b"brick" * 1000 + b"\r\n")
    elif mode == "endless_header":
        forever(c, OK + b"X: ", b"y" * 65536)
    elif mode == "endless_interim":
        forever(c, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    elif mode == "silence":
        time.sleep(60)


def serve(c):
    try:
        if tls:
            c = tls.wrap_socket(c, server_side=True)
        got = b""
        while b"\r\n\r\n" not in got:
            piece = c.recv(65536)
            if not piece:
                return
            got += piece
        head, body = got.split(b"\r\n\r\n", 1)
        length = next(int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length"))
        while len(body) < length:
            body += c.recv(65536)
        with open(hit_file, "ab") as f:
            f.write(b"x")
        answer(c, [e["id"] for e in json.loads(body)])
    except OSError:
        pass
    finally:
        c.close()


tls = None
if os.environ.get("CERT"):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(os.environ["CERT"])
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 0))
listener.listen(50)
with open(port_file + ".tmp", "w") as f:
    f.write(str(listener.getsockname()[1]))
os.rename(port_file + ".tmp", port_file)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
