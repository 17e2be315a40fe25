"""A hospital's login in a dozen lines: OpenID Connect for whoever is set as the present person."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "ivig"


class Provider:
    """Logs everybody in as `person`: the claims that the id token tells of them."""

    def __init__(self, url: str) -> None:
        self.url, self.person = url, {}
        self._key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self._nonces: dict[str, str] = {}

    def answer(self, path: str, asked: dict[str, str]) -> dict[str, object] | str:
        """What a path answers: JSON, or the address that the browser goes on to."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        if path == "/keys":
            return {"keys": [self._key.as_dict(private=False)]}
        if path == "/authorize":
            code = str(len(self._nonces))
            self._nonces[code] = asked["nonce"]
            back = urlencode({"code": code, "state": asked["state"]})
            return f"{asked['redirect_uri']}?{back}"
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 600}
        claims |= {"nonce": self._nonces[asked["code"]]} | self.person
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self._key)
        return {"access_token": "none", "token_type": "Bearer", "id_token": token}


@contextmanager
def providing() -> Iterator[Provider]:
    """The provider, on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            n_bytes = int(self.headers.get("Content-Length", 0))
            address = urlsplit(self.path)
            sent = f"{address.query}&{self.rfile.read(n_bytes).decode()}"
            asked = {name: values[-1] for name, values in parse_qs(sent).items()}
            answer = provider.answer(address.path, asked)
            self.send_response(302 if isinstance(answer, str) else 200)
            if isinstance(answer, str):
                self.send_header("Location", answer)
            else:
                self.send_header("Content-Type", "application/json")
            self.end_headers()
            if not isinstance(answer, str):
                self.wfile.write(json.dumps(answer).encode())

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = Provider(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield provider
        server.shutdown()
