"""A result as vegeta has it, and the row that it means."""

from __future__ import annotations

from wherry.commands.load.report.rows import Row

AT = 1_795_533_642_123_456_700  # 2026-11-24T15:20:42.1234567Z

# As vegeta 12.13 wrote them, but for the addresses.
JSON_LINE = (
    b'{"attack":"a","seq":3,"code":404,"timestamp":"2026-11-24T16:20:42.1234567+01:00","latency":1234567,'
    b'"bytes_out":2,"bytes_in":19,"error":"404 Not Found","body":"NDA0IHBhZ2UgbmV0IGZvdW5kCg==","method":"GET",'
    b'"url":"http://127.0.0.1:8080/x","headers":{"Content-Length":["19"]}}\n'
)
CSV_LINE = (
    "1795533642123456700,404,1234567,2,19,404 Not Found,NDA0IHBhZ2UgbmV0IGZvdW5kCg==,a,3,GET,http://127.0.0.1:8080/x,"
    "Q29udGVudC1MZW5ndGg6IDE5DQoNCg=="
)
READ = Row(AT, 1_234_567, None, 404, 2, 19, "status", "404 Not Found", "GET", "http://127.0.0.1:8080/x")
