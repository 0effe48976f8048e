"""A small OpenID Connect provider on loopback: discovery, authorize, token, userinfo, keys; codes with PKCE."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "zhibu"
SECRET = "a secret of more than thirty-two bytes, for HS256"


def _key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Signs whoever `claims` says in at once. `algorithm`, `tamper`, `cancel`, `broken` say how it behaves."""

    def __init__(self):
        self.key, self.stranger = _key(), _key()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.reset()

    def reset(self):
        self.claims = {"sub": "u-1", "preferred_username": "1001"}
        self.algorithm, self.tamper, self.cancel, self.broken = "RS256", "", False, False
        self.codes, self.tokens, self.asked = {}, {}, []

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def jwks(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "k1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked):
        self.asked.append(asked)
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        if self.cancel:
            answer = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(8)
            self.codes[code] = asked
            answer = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, given):
        asked = self.codes.pop(given["code"])
        assert (given["client_id"], given["client_secret"]) == (CLIENT, SECRET)
        assert given["redirect_uri"] == asked["redirect_uri"]
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        token = secrets.token_urlsafe(8)
        self.tokens[token] = self.claims
        now = int(time.time())
        about = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "sub": self.claims["sub"]}
        about |= {
            "audience": {"aud": "another"},
            "issuer": {"iss": "https://elsewhere.example"},
            "expired": {"exp": now - 3600},
            "subject": {"sub": "somebody else"},
        }.get(self.tamper, {})
        if self.tamper == "unsigned":
            signed = jwt.encode(about, None, algorithm="none")
        elif self.algorithm == "HS256":
            signed = jwt.encode(about, "x" * 40 if self.tamper == "key" else SECRET, algorithm="HS256")
        else:
            key = self.stranger if self.tamper == "key" else self.key
            signed = jwt.encode(about, key, algorithm="RS256", headers={"kid": "k1"})
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": signed}
        if self.tamper == "missing":
            del answer["id_token"]
        return answer

    def _handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *words):
                pass

            def _json(self, found, status=200):
                body = json.dumps(found).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):  # noqa: N802
                where = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(where.query).items()}
                if provider.broken:
                    self._json({"error": "server_error"}, 500)
                elif where.path == "/.well-known/openid-configuration":
                    self._json(provider.discovery())
                elif where.path == "/jwks":
                    self._json(provider.jwks())
                elif where.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(asked))
                    self.end_headers()
                else:
                    self._json(provider.tokens[self.headers["Authorization"].removeprefix("Bearer ")])

            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._json(provider.token({name: values[0] for name, values in parse_qs(body).items()}))

        return Handler
