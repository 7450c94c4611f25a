# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let the programs before and around the service read the files that are to be copied for them."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hedgerow.cli.machine import nginx_path
from tests.store.services import free_port, made_instance, run, served

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
HOST = "127.0.0.1"
_PATIENCE_S = 30
HALF = 3_000_000


def text_of(name: str) -> str:
    """Return an example."""
    return (EXAMPLES / name).read_text()


def checked(*command: str, cwd: Path) -> None:
    """Run a program that reads an example; what it finds is the failure."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def certificate_in(folder: Path) -> None:
    """Make a certificate for this machine, which nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def nginx_in(folder: Path, *, tls: int, service: int, without: str = "") -> Path:
    """Put the example into a whole configuration, on free ports, in a folder of its own."""
    certificate_in(folder)
    site = text_of("nginx.conf")
    assert without in site
    site = site.replace(without, "") if without else site
    for before, after in {
        "listen 80;": f"listen {HOST}:{free_port()};",
        "    listen [::]:80;\n": "",
        "listen 443 ssl http2;": f"listen {HOST}:{tls} ssl http2;",
        "    listen [::]:443 ssl http2;\n": "",
        "tenants.example;": f"{HOST};",
        "/etc/letsencrypt/live/tenants.example": str(folder),
        "127.0.0.1:8000": f"{HOST}:{service}",
    }.items():
        assert before in site, before
        site = site.replace(before, after)
    temporary = "".join(
        f"    {name}_temp_path {folder}/temp-{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    whole.write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log {folder}/main.log info;\n"
        f"worker_processes 1;\nevents {{ worker_connections 64; }}\n"
        f"http {{\n{temporary}    access_log {folder}/access.log;\n{site}}}\n"
    )
    return whole


@contextmanager
def nginx_before(folder: Path, *, service: int, without: str = "") -> Iterator[tuple[int, int]]:
    """Run nginx as the example says; give the port on which it speaks TLS, and its process."""
    program = nginx_path()
    assert program is not None
    tls = free_port()
    whole = nginx_in(folder, tls=tls, service=service, without=without)
    own = subprocess.Popen(
        [program, "-c", str(whole), "-p", str(folder), "-g", "master_process off;"],
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + _PATIENCE_S
        while True:
            with closing(socket.socket()) as probe:
                if probe.connect_ex((HOST, tls)) == 0:
                    break
            assert own.poll() is None, (folder / "main.log").read_text()
            assert time.monotonic() < end
            time.sleep(0.05)
        yield tls, own.pid
    finally:
        own.terminate()
        own.wait(_PATIENCE_S)


@pytest.mark.needs_nginx
def test_nginx_reads_its_example(tmp_path: Path) -> None:
    """Nginx's own check of the configuration finds nothing."""
    program = nginx_path()
    assert program is not None
    whole = nginx_in(tmp_path, tls=free_port(), service=free_port())
    checked(program, "-t", "-q", "-c", str(whole), "-p", str(tmp_path), cwd=tmp_path)


@pytest.mark.needs_nginx
def test_nginx_passes_on_as_it_comes_and_keeps_nothing(tmp_path: Path) -> None:
    """Half a form reaches the service before the rest is sent; no file and no address is left."""
    with closing(socket.create_server((HOST, 0))) as service:
        service.settimeout(_PATIENCE_S)
        with (
            nginx_before(tmp_path, service=service.getsockname()[1]) as (port, pid),
            _half_sent(tmp_path, port),
        ):
            arrived, head = _received(service, enough=HALF)
            assert arrived >= HALF
            assert _temporary_files(pid, tmp_path) == []
    lines = head.lower().splitlines()
    assert b"host: 127.0.0.1" in lines
    assert b"x-forwarded-proto: https" in lines
    assert not [one for one in lines if one.startswith((b"x-forwarded-for", b"x-real-ip"))]
    assert not (tmp_path / "access.log").exists() or not (tmp_path / "access.log").read_text()
    assert "secret" not in (tmp_path / "main.log").read_text()


@pytest.mark.needs_nginx
def test_nginx_without_that_line_writes_a_file(tmp_path: Path) -> None:
    """What the test above looks for is there where the example lacks one line."""
    with (
        closing(socket.create_server((HOST, 0))) as service,
        nginx_before(
            tmp_path,
            service=service.getsockname()[1],
            without="        proxy_request_buffering off;\n",
        ) as (port, pid),
        _half_sent(tmp_path, port),
    ):
        end = time.monotonic() + _PATIENCE_S
        while not _temporary_files(pid, tmp_path):
            assert time.monotonic() < end
            time.sleep(0.05)


@contextmanager
def _half_sent(folder: Path, port: int) -> Iterator[None]:
    """Send half of a large form, and wait."""
    context = ssl.create_default_context(cafile=str(folder / "fullchain.pem"))
    raw = socket.create_connection((HOST, port), timeout=_PATIENCE_S)
    with context.wrap_socket(raw, server_hostname=HOST) as line:
        line.sendall(
            b"POST /form/?q=secret HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Length: 6000000\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n" + b"x" * HALF
        )
        yield


def _received(service: socket.socket, *, enough: int) -> tuple[int, bytes]:
    """Take a request until enough of its body came; return how much, and its head."""
    line, _address = service.accept()
    line.settimeout(_PATIENCE_S)
    with line:
        got = b""
        while b"\r\n\r\n" not in got:
            got += line.recv(65_536)
        head, _, body = got.partition(b"\r\n\r\n")
        count = len(body)
        while count < enough:
            piece = line.recv(65_536)
            assert piece, "nginx ended before it had passed on what came"
            count += len(piece)
    return count, head


def _temporary_files(pid: int, folder: Path) -> list[str]:
    """Return temporary files that a process has open; nginx removes their names at once."""
    found = []
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(str(one.readlink()))
    return [one for one in found if one.startswith(f"{folder}/temp-")]


@pytest.mark.needs_nginx
def test_the_doctor_finds_nothing_in_what_nginx_passes_on(tmp_path: Path) -> None:
    """The real service behind the example: headers arrive whole, TLS is known, nothing is added."""
    front = tmp_path / "front"
    front.mkdir()
    with (
        made_instance(tmp_path / "home") as made,
        served(made.home) as service,
        nginx_before(front, service=service.port) as (port, _pid),
    ):
        done = run(
            "doctor",
            "--json",
            "--home",
            str(made.home),
            "--url",
            f"https://{HOST}:{port}",
            SSL_CERT_FILE=str(front / "fullchain.pem"),
        )
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [one["level"] for one in found if one["check"] == "proxy"] == ["good"], done.out


@pytest.mark.needs_tor
def test_tor_reads_its_example(tmp_path: Path) -> None:
    """Tor's own check of the configuration finds nothing."""
    own = tmp_path / "tor"
    own.mkdir(mode=0o700)
    text = text_of("torrc")
    assert "/var/lib/tor" in text
    (tmp_path / "torrc").write_text(
        text.replace("/var/lib/tor", str(own)) + f"DataDirectory {own}\n"
    )
    checked(
        "tor",
        *("--verify-config", "-f", str(tmp_path / "torrc")),
        *("--defaults-torrc", os.devnull),
        cwd=tmp_path,
    )


def test_caddy_reads_its_example(tmp_path: Path) -> None:
    """Caddy's own check of the configuration finds nothing."""
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("This machine has no Caddy, so its example was not read by it.")
    shutil.copy(EXAMPLES / "Caddyfile", tmp_path)
    checked(program, "validate", "--config", "Caddyfile", "--adapter", "caddyfile", cwd=tmp_path)


@pytest.mark.parametrize("name", ["hedgerow.service", "hedgerow-backup.service"])
def test_systemd_reads_its_examples(name: str, tmp_path: Path) -> None:
    """Systemd's own check of the units finds nothing but that the program is elsewhere here."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("This machine has no systemd, so its examples were not read by it.")
    start = tmp_path / "hedgerow"
    start.write_text("#!/bin/sh\n")
    start.chmod(0o755)
    for one in EXAMPLES.glob("hedgerow*"):
        text = one.read_text().replace("ExecStart=/opt/hedgerow/hedgerow", f"ExecStart={start}")
        (tmp_path / one.name).write_text(text)
    checked(program, "verify", "--man=no", str(tmp_path / name), cwd=tmp_path)


def test_the_unit_keeps_memory_in_memory() -> None:
    """What the service refuses to do without, or cannot do itself, stands in the unit."""
    lines = set(text_of("hedgerow.service").splitlines())
    assert {
        "LimitCORE=0",
        "LimitMEMLOCK=infinity",
        "MemorySwapMax=0",
        "RuntimeDirectory=hedgerow",
        "RuntimeDirectoryMode=0700",
        "RuntimeDirectoryPreserve=restart",
        "Restart=on-failure",
        "OOMPolicy=continue",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "ProtectProc=invisible",
    } <= lines
