"""Hosts of prices on this computer alone: each answers as a test says, and remembers what it was asked."""

import gzip
import io
import ssl
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

RATES = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"><gesmes:subject>Reference rates</gesmes:subject>
<Cube><Cube time='2026-11-20'><Cube currency='USD' rate='1.0861'/><Cube currency='GBP' rate='0.8421'/>
<Cube currency='CHF' rate='0.9312'/><Cube currency='XXQ' rate='5'/></Cube></Cube></gesmes:Envelope>"""
"""A table as that of the European Central Bank, with a currency that is none."""


def history(*lines: str) -> bytes:
    """The rates of many days, packed as those of the European Central Bank are."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("eurofxref-hist.csv", "Date,USD,GBP,CHF,XXQ,\n" + "".join(f"{line},\n" for line in lines))
    return made.getvalue()


def packed_bomb() -> bytes:
    """A small file that would be a very large one."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("eurofxref-hist.csv", "Date,USD,\n" + "2026-11-20,1.1,\n" * 1_300_000)
    return made.getvalue()


Answering = Callable[[BaseHTTPRequestHandler], None]


def told(body: bytes, status: int = 200, **headers: str) -> Answering:
    """Answers with this; headers with _ for -."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(status)
        for name, text in headers.items():
            handler.send_header(name.replace("_", "-"), text)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def price(text: str, currency: str = "USD", on: str = "2026-11-20") -> Answering:
    """Answers with one price in JSON."""
    return told(f'{{"quote": [{{"close": {text}, "currency": "{currency}", "date": "{on}"}}]}}'.encode())


def packed(body: bytes) -> Answering:
    """Answers with this, packed."""
    return told(gzip.compress(body), Content_Encoding="gzip")


def slow(seconds: float, body: bytes = b"", step: float = 0.0) -> Answering:
    """Answers after a while; step: and then one byte after another."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.send_response(200)
        handler.end_headers()
        for at in range(len(body)):
            handler.wfile.write(body[at : at + 1])
            time.sleep(step)

    return answer


class Host:
    """A server and what it was asked, in order; `prices` are by symbol, everything else answers 404."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.answers: dict[str, Answering] = {}

    @property
    def template(self) -> str:
        """An address that names the symbol."""
        return f"{self.address}/price?s={{symbol}}"


@contextmanager
def a_host(authority: "Authority | None" = None) -> Iterator[Host]:
    """A host on this computer; authority: it speaks https with a certificate of that."""
    found: list[Host] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = found[0]
            host.asked.append(self.path)
            host.headers.append(dict(self.headers.items()))
            split = urlsplit(self.path)
            key = parse_qs(split.query).get("s", [split.path])[0]
            answer = host.answers.get(key) or told(b"no", 404)
            try:
                answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Those who hang up are no error here."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        if authority is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(authority.certificate, authority.key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "http" if authority is None else "https"
        found.append(Host(f"{scheme}://127.0.0.1:{server.server_address[1]}"))
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield found[0]
        finally:
            server.shutdown()
            thread.join()


class Authority:
    """An authority of the tests' own, and a certificate that it gave to this computer."""

    def __init__(self, folder: Path) -> None:
        self.root, self.certificate, self.key = (folder / name for name in ("root.pem", "host.pem", "host.key"))
        root_key, request, more = folder / "root.key", folder / "host.csr", folder / "more.cnf"
        more.write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n", "utf-8")
        new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        for words in (
            (*new, "-x509", "-days", "2", "-subj", "/CN=Tests", "-keyout", root_key, "-out", self.root),
            (*new, "-subj", "/CN=127.0.0.1", "-keyout", self.key, "-out", request),
            ("x509", "-req", "-days", "2", "-in", request, "-CA", self.root, "-CAkey", root_key, "-CAcreateserial",
             "-extfile", more, "-out", self.certificate),
        ):  # fmt: skip
            subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
