"""Debian's blackbox_exporter, with one module a case."""

from __future__ import annotations

import json
import re
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from probe_case import Case

SHARED: Final = (
    "probe_success", "probe_ip_protocol", "probe_http_status_code", "probe_http_redirects", "probe_http_ssl",
    "probe_http_content_length", "probe_http_version", "probe_failed_due_to_regex", "probe_ssl_earliest_cert_expiry",
    "probe_tls_version_info", "probe_dns_answer_rrs", "probe_grpc_status_code",
)  # fmt: skip
_SAMPLE: Final = re.compile(r"(?m)^(\w+)(?:\{(.*)\})? (\S+)$")
_LABEL: Final = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*")')
# What wherry does by itself has to be asked for here, and the other way round. The first of the addresses is theirs.
_DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "http": {"preferred_ip_protocol": "ip4"},
    "tcp": {"preferred_ip_protocol": "ip4"},
    "dns": {"preferred_ip_protocol": "ip4", "recursion_desired": True},
    "grpc": {"preferred_ip_protocol": "ip4"},
}


def filled(value: Any, places: Mapping[str, object]) -> Any:
    """``value`` with ports and folders in the places of their names."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: str(places.get(found[1], found[0])), value)
    if isinstance(value, dict):
        return {key: filled(item, places) for key, item in value.items()}
    return [filled(item, places) for item in value] if isinstance(value, list) else value


def module(case: Case, places: Mapping[str, object]) -> dict[str, Any]:
    """The module for ``case``."""
    settings = {**_DEFAULTS[case.prober], **filled(case.theirs, places)}
    tls = settings.pop("tls_config", {})
    if not tls.get("insecure_skip_verify"):
        tls = {"ca_file": f"{places['folder']}/ca.pem", **tls}
    if case.url.startswith("tls:"):
        settings["tls"] = True
    if case.url.startswith(("http:", "https:", "tls:")):
        settings["tls_config"] = tls
    return {"prober": case.prober, "timeout": case.timeout, case.prober: settings}


def start_exporter(peers, kit, apart, cases, places) -> str:
    """Its address, once it answers; ``apart`` are words before the command."""
    program = kit.program("prometheus-blackbox-exporter", "blackbox_exporter")
    folder, port = peers.folder(), kit.free_port()
    # JSON is YAML too.
    modules = {case.name.replace(" ", "-"): module(case, places) for case in cases}
    (folder / "blackbox.yml").write_text(json.dumps({"modules": modules}, indent=2))
    argv = [*apart, program, f"--config.file={folder}/blackbox.yml", f"--web.listen-address=127.0.0.1:{port}"]
    peers.start(argv, folder)
    address = f"http://127.0.0.1:{port}"
    kit.see_until_met(f"{address}/-/healthy")
    return address


def samples(text: str) -> Iterator[tuple[str, dict[str, str], float]]:
    """Each sample of an exposition: its name, its labels, its value."""
    for name, labels, value in _SAMPLE.findall(text):
        yield name, {label: json.loads(quoted) for label, quoted in _LABEL.findall(labels)}, float(value)


def shared(name: str, labels: Mapping[str, str]) -> str | None:
    """The metric as both have it, with the version of TLS in its name; None for what is not compared."""
    if name not in SHARED:
        return None
    return f"{name} {labels['version']}" if name == "probe_tls_version_info" else name


def probed(address: str, case: Case, places: Mapping[str, object]) -> dict[str, float]:
    """What the exporter found."""
    target = case.target or case.url
    if case.prober == "tcp" and not case.target:
        target = target.partition("//")[2]
    query = urllib.parse.urlencode({"module": case.name.replace(" ", "-"), "target": filled(target, places)})
    with urllib.request.urlopen(f"{address}/probe?{query}", timeout=60) as answer:
        found = samples(answer.read().decode())
    return {metric: value for name, labels, value in found if (metric := shared(name, labels))}
