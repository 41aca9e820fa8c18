"""What is worth explaining apart from any one command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.record import Record
from wherry.errors import EXIT_CODES

if TYPE_CHECKING:
    from collections.abc import Callable


class Topic(Record):
    """``summary`` is one line in the list of topics; ``text`` makes the page."""

    summary: str
    text: Callable[[], str]


def _exit_codes() -> str:
    rows = "\n".join(f"{code.value:>5}  {meaning}" for code, meaning in EXIT_CODES.items())
    return f"{rows}\n\nAfter `-- COMMAND`, the exit code is the command's own."


def _environment() -> str:
    return """\
Every option is an environment variable too: WHERRY, the command and the option, in capitals with underscores.

  WHERRY_WAIT_DEADLINE=2m       wherry wait --deadline 2m
  WHERRY_REQUEST_HEADER=...     wherry request --header ...   (several values: one a line)
  WHERRY_PROFILE=staging        --profile of every command; so too WHERRY_COLOR, WHERRY_LOG_FORMAT, WHERRY_DEBUG, ...

A flag beats the environment, which beats the profile. Read as well:

  WHERRY_CONFIG                 the configuration file, instead of the one in the user's folder
  WHERRY_RUNTIME_DIR            where the executable is unpacked (Linux), instead of the user's cache folder
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY (also in lower case)
  SSL_CERT_FILE, SSL_CERT_DIR   the trust store
  NO_COLOR, TERM=dumb           no colour
  TRACEPARENT                   the W3C trace that outgoing requests continue"""


def _expect() -> str:
    return """\
A condition is a subject and what it must be: --expect SUBJECT=VALUE on a command line, `SUBJECT: VALUE` in a file.
A plain value means equality; a map holds operators, all of which must hold.

  --expect status=200                              --expect 'status={in: [200, 204]}'
  --expect 'time={lt: 800ms}'                      --expect 'header.content-type={contains: json}'
  --expect json.$.db=up                            --expect 'json.$.items={length: {ge: 1}}'
  --expect 'cert.expires_in={gt: 14d}'             --expect 'json.$.error={exists: false}'

Subjects   status  time  time.PHASE  size  sha256  body  text  header.NAME  cookie.NAME  json.PATH (RFC 9535)  url
           redirects  version  ip  cert.expires_in|issuer|subject|names  tls.version|cipher  answers and rcode (dns)
           grpc.status|serving  exit and output (exec)  words (databases)
Operators  eq  lt  le  gt  ge  in  contains  matches (a regular expression)  exists  length  not

Closed by default: a path that is not there, a value of another type and an unknown word fail, also under `not`."""


def _suites() -> str:
    return """\
A suite is a YAML file of checks for `wherry check`; `wherry check init URL` writes a first one.

  version: 1
  vars: {base: "${env:BASE_URL:-http://127.0.0.1:8080}"}        # --var base=... beats it
  defaults: {timeout: 5s, retry: 2, headers: {Accept: application/json}}
  include: [common.yaml]
  checks:
    - name: login
      url: ${base}/login                                        # any target of `wherry help targets`
      json: {user: ci, password: "${env:CI_PASSWORD}"}          # or form, or body; also method, headers, query
      capture: {token: {json: $.token}}                         # or header, cookie, regex
    - name: orders
      url: ${base}/orders
      auth: {bearer: "${login.token}"}                          # or basic, oauth2; it needs login by this
      expect: {status: 200, json.$.items: {length: {ge: 1}}}    # `wherry help expect`
      tags: [critical]                                          # wherry check --tag critical
    - name: page
      foreach: [/, /search]                                     # or matrix: {region: [eu, us]}
      url: ${base}${item}
      severity: warn                                            # does not make the run fail
    - {name: log out, url: "${base}/session", method: DELETE, needs: [orders], always: true}

`wherry check FILE --validate` says all that is wrong; `wherry schema check` prints the JSON Schema."""


def _targets() -> str:
    return """\
A target says what to look at and how; put NAME= in front to call it something.

  http://host/path  https://...  http+unix://%2Frun%2Fapp.sock/path     ready: status 2xx, or as expected
  tcp://host:port   host:port    unix:PATH                              ready: a connection opens
  tls://host[:443]                                                      ready: the certificate is valid
  dns://NAME?type=A[&server=ADDRESS]                                    ready: there is an answer
  file:PATH         exec:COMMAND                                        ready: it exists; exit code 0
  redis[s]://       postgres://     mysql:// mariadb://                 ready: the server's own handshake says so
  amqp[s]://        mongodb://      kafka://
  grpc[s]://host:port/SERVICE                                           ready: grpc.health.v1 says SERVING"""


def _quantities() -> str:
    return """\
durations  250ms  30s  1m30s  1.5h  14d      a bare number is seconds
sizes      512    64KiB  10MiB  5MB          KiB, MiB, GiB are powers of 1024; kB, MB, GB powers of 1000
rates      100/s  1500/m  10/250ms           a bare number is per second"""


def _profiles() -> str:
    return """\
A profile holds what you would otherwise repeat about a server: config.toml, found with `wherry config path`.

  version = 1
  default = "staging"

  [profiles.staging]
  base_url = "https://staging.example.com"       # `wherry request GET /orders` goes there
  headers = { X-Team = "core" }
  cacert = "staging-ca.pem"                      # also: cert, key, insecure, proxy, no_proxy, resolve
                                                 # relative paths start at the file's folder
  [profiles.staging.auth]
  type = "bearer"                                # or basic (user, password),
  token = "env:STAGING_TOKEN"                    # or oauth2 (token_url, client_id, client_secret, scope, audience)

A secret is written as env:NAME, file:PATH, exec:COMMAND, or itself. Credentials are sent only to base_url's origin."""


TOPICS = {
    "exit-codes": Topic("what each exit code means", _exit_codes),
    "environment": Topic("environment variables", _environment),
    "expect": Topic("the language of conditions", _expect),
    "targets": Topic("what can be waited for and checked", _targets),
    "suites": Topic("the file of `wherry check`", _suites),
    "quantities": Topic("durations, sizes and rates", _quantities),
    "profiles": Topic("the configuration file", _profiles),
}


def overview() -> str:
    """The list of topics."""
    width = max(map(len, TOPICS))
    rows = "\n".join(f"  {name:<{width}}  {topic.summary}" for name, topic in TOPICS.items())
    return f"Topics of `wherry help TOPIC`:\n\n{rows}"
