"""The look that the pages of all reports have: light and dark colours, type, headings, counts, keys and tables.

The colours of text have a contrast of 4.5 to what is behind them, those of graphics 3 (WCAG 2.2, 1.4.3 and 1.4.11).
"""

from __future__ import annotations

from typing import Final

LOOK: Final = """\
:root{color-scheme:light dark;--back:#fff;--panel:#f6f8fa;--text:#1f2328;--dim:#59636e;--line:#d1d9e0;--grid:#e6eaef;
--link:#0550ae;--good:#1a7f37;--bad:#cf222e;--odd:#8a5a00;--skip:#59636e;--added:#dafbe1;--gone:#ffebe9;
--p0:#0a7d91;--p1:#bc4c00;--p2:#6e7781;--p3:#8250df;--p4:#bf3989;--p5:#218bff;--p6:#0a3069}
@media(prefers-color-scheme:dark){:root{--back:#0d1117;--panel:#151b23;--text:#f0f6fc;--dim:#9198a1;--line:#3d444d;
--grid:#21262d;--link:#58a6ff;--good:#3fb950;--bad:#f85149;--odd:#d29922;--skip:#9198a1;--added:#12361f;--gone:#4a1a1c;
--p0:#39c5cf;--p1:#f0883e;--p2:#9198a1;--p3:#bc8cff;--p4:#f778ba;--p5:#388bfd;--p6:#cae8ff}}
*{box-sizing:border-box}
body{font:.9375rem/1.5 system-ui,sans-serif;background:var(--back);color:var(--text);max-width:75rem;margin:0 auto;
padding:1.5rem 1rem 3rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.3;margin:0}h2{font-size:1.0625rem;margin:0}p{margin:.25rem 0}a{color:var(--link)}
.dim,h2 small{color:var(--dim);font-size:.875rem;font-weight:400}
.good{color:var(--good)}.bad{color:var(--bad)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
[hidden]{display:none!important}
.shares{display:block;width:100%;height:.5rem;border-radius:4px;margin:1rem 0 .75rem}
.counts{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:0;padding:0;list-style:none}
.counts b{font-size:1.25rem;margin-right:.375rem;font-variant-numeric:tabular-nums}
.key{display:flex;flex-wrap:wrap;gap:.125rem 1rem;margin:1.25rem 0 0;padding:0;list-style:none;font-size:.8125rem;
color:var(--dim)}
.wrong{margin:1.5rem 0 0;padding:.75rem 1rem;background:var(--panel);border-left:4px solid var(--bad);border-radius:4px}
.wrong ul{margin:.25rem 0 0;padding-left:1.25rem}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.125rem 1rem;font-size:.875rem}
dt{color:var(--dim)}dd{margin:0}
table{border-collapse:collapse;font-size:.875rem;width:auto}caption{text-align:left;font-weight:600}
th{font-weight:400;color:var(--dim);text-align:left;vertical-align:top;padding:.0625rem 1rem .0625rem 0;
overflow-wrap:normal}
td{vertical-align:top;white-space:pre-wrap;padding:.0625rem 1rem .0625rem 0}
.n{white-space:nowrap;text-align:right;font-variant-numeric:tabular-nums}
"""
