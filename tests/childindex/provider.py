"""An OpenID Connect provider of our own, over HTTP, that vouches for whatever address it is told to."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt


class Provider(BaseHTTPRequestHandler):
    """Discovery, consent without asking, token and user information."""

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(query).items()}
            self.server.asked = asked
            back = urlencode({"code": "abc", "state": asked["state"]})
            return self.answer(302, Location=f"{asked['redirect_uri']}?{back}")
        return self.answer(200, self.told(path))

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        key = "only this test knows the key of this provider"
        claims = {**self.server.claims, "iss": self.server.address, "aud": "child-index"}
        token = jwt.encode(claims, key, algorithm="HS256")
        self.answer(200, {"access_token": "xyz", "token_type": "Bearer", "id_token": token})

    def told(self, path):
        if path == "/userinfo":
            return self.server.claims
        here = self.server.address
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "userinfo_endpoint": f"{here}/userinfo",
            "jwks_uri": f"{here}/keys",
        }

    def answer(self, status, body=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *arguments):
        pass


@contextmanager
def running():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.address = f"http://127.0.0.1:{server.server_port}"
    server.claims = {}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def path_and_query(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
