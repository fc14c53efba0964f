"""Two hundred requests with two readings, sent raw to the real server: smuggle.py ADDR:PORT.

Behind each stands a second, harmless request. The first must be refused (4xx or a closed connection), and the second
must never be answered: whoever stood in front of the server could have taken it for a part of the first.
"""
import itertools
import socket
import sys

host, port = sys.argv[1].rsplit(":", 1)
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"


def talk(data, end=True):
    with socket.create_connection((host, int(port)), timeout=5) as s:
        try:
            s.sendall(data)
            if end:
                s.shutdown(socket.SHUT_WR)
            out = b""
            while True:
                part = s.recv(65536)
                if not part:
                    return out
                out += part
        except OSError:
            return b""


def post(*lines, body=b"0\r\n\r\n", version=b"1.1", target=b"/login", hostline=b"Host: h"):
    head = [b"POST " + target + b" HTTP/" + version] + ([hostline] if hostline else []) + list(lines)
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def variants():
    te = b"Transfer-Encoding"
    names = [te, b"transfer-encoding", te + b" ", te + b"\t", b" " + te, b"\t" + te, te + b"\x0b", te + b"\x00",
             b"X\rTransfer-Encoding", te + b"\xa0", b'"Transfer-Encoding"', te + b"()"]
    values = [b"chunked", b" chunked", b"xchunked", b"chunkedx", b"chunked, identity", b"identity, chunked",
              b"chunked;x=1", b'"chunked"', b"gzip, chunked", b"chunked chunked", b"chunked\x00", b"\x0bchunked"]
    for name, value in itertools.product(names, values):
        yield post(b"Content-Length: 5", name + b": " + value)
    for value in [b"xchunked", b"gzip, chunked", b"chunked, identity", b'"chunked"', b"identity", b"chunked;x",
                  b"chunked,", b",chunked", b"chunked\x00x"]:
        yield post(te + b": " + value)
    for value in [b"+5", b"-5", b"0x5", b"5,5", b"5 5", b"5;", b"05x", b"5\x00", b"", b" ", b"5.0", b"1e1", b"\xb2",
                  b"9" * 30]:
        yield post(b"Content-Length: " + value, body=b"x=1&y")
    for name in [b"Content-Length ", b"Content-Length\t", b" Content-Length", b"Content-Length\x00", b"Content_Length:"]:
        yield post(name + b": 5", body=b"x=1&y")
    for a, b in [(b"3", b"5"), (b"5", b"5"), (b"5", b"05"), (b"0", b"5")]:
        yield post(b"Content-Length: " + a, b"Content-Length: " + b, body=b"x=1&y")
        yield post(b"Content-Length: " + a, b"content-length: " + b, body=b"x=1&y")
    yield post(te + b": chunked", te + b": chunked")
    yield post(te + b": chunked", te + b": identity")
    yield post(te + b": chunked", version=b"1.0")
    for line in [None, b"Host: a\r\nHost: b", b"Host: h\r\nhost: h", b"Host: a b", b"Host: a/b", b"Host: a@b", b"Host:",
                 b"Host: a,b", b"Host: \x00", b"Host : h"]:
        yield post(b"Content-Length: 0", body=b"", hostline=line)
    for target in [b"/a%00b", b"/a\x00b", b"/a%2fb", b"/a%5cb", b"/../x", b"/a/%2e%2e/b", b"/%zz", b"/%", b"/%f", b"/%ff",
                   b"http://b/", b"*", b"//\\b", b"/a#b", b"/a\x7fb", b"/a\x01b", b"/%c0%80", b"/?x=%00", b"/?%zz", b"a"]:
        yield post(b"Content-Length: 0", body=b"", target=target)
    for size in [b"-1", b"0x0", b"g", b"", b" ", b"ffffffffffffffffff", b"1 ", b"1\x00"]:
        yield post(te + b": chunked", body=size + b"\r\n\r\n")
    for line in [b"no colon", b": no name", b"A B: 1", b"A(: 1", b"A\x01: 1", b"A: \x01", b"A: 1\rB: 2", b"A: 1\x00",
                 b"A: 1\r\n folded: 2", b"A: 1\r\n\tfolded", b"Expect: 100-continue\r\nExpect: 100-continue",
                 b"Content-Encoding: gzip", b"Cookie: a=1\r\nCookie: b=1", b"Origin: a\r\nOrigin: b"]:
        yield post(b"Content-Length: 0", line, body=b"")


total, bad = 0, 0
for sent in variants():
    total += 1
    got = talk(sent + HIDDEN)
    answered = b'"status":"ok"' in got
    first = got[9:12]
    if answered or (got and not first.startswith(b"4") and first != b"505"):
        bad += 1
        print("# %r -> %r" % (sent[:200], got[:80]))
# And the check can see: two requests with one reading each are both answered. The end of the second is said in its
# head, since a server may hang up on who has hung up first.
twin = talk(HIDDEN + HIDDEN[:-2] + b"Connection: close\r\n\r\n", end=False)
if twin.count(b'"status":"ok"') != 2:
    bad += 1
    print("# two plain requests: %r" % twin[:200])
print("# %d variants, %d wrong" % (total, bad))
sys.exit(1 if bad or total < 200 else 0)
