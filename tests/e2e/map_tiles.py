"""map_tiles.py: a host of tiles that behaves by the column asked for: good, slow, redirecting, huge, not a picture, gone.
Prints its port, then one line a request."""
import struct
import sys
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def png(shade):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    rows = (b"\0" + bytes([shade]) * 256) * 256
    head = struct.pack(">IIBBBBB", 256, 256, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Host(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def reply(self, status, body=b"", **more):
        self.send_response(status)
        for k, v in more.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        print(self.path, self.headers.get("User-Agent"), self.headers.get("Cookie"), flush=True)
        _, z, x, y = self.path.removesuffix(".png").split("/")
        z, x, y = int(z), int(x), int(y)
        if z != 17:  # every other zoom is good
            self.reply(200, png(170 + (x * 7 + y * 13) % 60), **{"Content-Type": "image/png"})
        elif x == 1:
            time.sleep(8)
            self.reply(200, png(200))
        elif x == 2:
            self.reply(302, **{"Location": "http://127.0.0.1:%d/16/1/1.png" % self.server.server_port})
        elif x == 3:
            self.send_response(200)
            self.end_headers()
            try:
                self.wfile.write(b"\x89PNG\r\n\x1a\n")
                for _ in range(4096):
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
            self.close_connection = True
        elif x == 4:
            self.reply(200, b"<script>alert(1)</script>", **{"Content-Type": "image/png"})
        else:
            self.reply(404, b"no such tile")


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Host)
print(server.server_port, flush=True)
server.serve_forever()
