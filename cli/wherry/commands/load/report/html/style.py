"""The look of the page of a run: charts that are as wide as the window, tables that scroll in themselves."""

from __future__ import annotations

from typing import Final

from wherry.ui.html.look import LOOK

STYLE: Final = (
    LOOK
    + """\
:root{--h1:#8fbfe8;--h2:#5fa1da;--h3:#3b82c4;--h4:#2464a4;--h5:#164a82;--h6:#0a3069}
@media(prefers-color-scheme:dark){:root{--h1:#23507f;--h2:#2f6dab;--h3:#4189d0;--h4:#67a9e8;--h5:#9ccbf5;--h6:#d9ecff}}
section{margin-top:2rem}header ul{margin-top:1rem}
.counts .f b{color:var(--bad)}.counts .w b{color:var(--odd)}
.wrong{border-left-color:var(--odd)}
.key{margin:.375rem 0 0}.key i{display:inline-block;width:.75rem;height:.75rem;border-radius:2px;margin-right:.375rem;
vertical-align:-.0625rem}p.key{display:block}p.key i{margin:0;border-radius:0}
.a{--c:var(--p0)}.b{--c:var(--p3)}.c{--c:var(--p5)}.d{--c:var(--p1)}.m{--c:var(--p2)}
.answered,.edge{--c:var(--p0)}.failed{--c:var(--bad)}.sent{--c:var(--p6)}.target{--c:var(--p1)}
.h1{--c:var(--h1)}.h2{--c:var(--h2)}.h3{--c:var(--h3)}.h4{--c:var(--h4)}.h5{--c:var(--h5)}.h6{--c:var(--h6)}
.key i{background:var(--c)}
.plot{padding:.625rem 1.25rem .25rem 3.75rem;touch-action:pan-y}
.plot>svg{display:block;width:100%;height:15rem;margin-bottom:1.75rem;overflow:visible}
.plot svg svg{overflow:hidden}
.plot text{fill:var(--dim);font-size:.75rem;font-variant-numeric:tabular-nums}
.x text{text-anchor:middle}.y text{text-anchor:end}
.plot path{fill:none;stroke:var(--c);stroke-width:2px;vector-effect:non-scaling-stroke;stroke-linejoin:round;
stroke-linecap:round}
.plot path.grid{stroke:var(--grid);stroke-width:1px;stroke-linecap:butt}
.plot path:is(.answered,.failed,.h1,.h2,.h3,.h4,.h5,.h6){fill:var(--c);stroke:none}
.plot path.answered{fill-opacity:.3}
.plot path:is(.h1,.h2,.h3,.h4,.h5,.h6){shape-rendering:crispEdges}
.plot path:is(.m,.sent,.edge){stroke-width:1.25px}.plot path.target{stroke-width:1.5px;stroke-dasharray:6 4;
stroke-linecap:butt}
.plot line{stroke:var(--text);stroke-width:1px}
.plot output{display:block;min-height:1.2em;font-size:.75rem;line-height:1.2;font-variant-numeric:tabular-nums}
details{margin-top:.5rem}summary{cursor:pointer;color:var(--link);font-size:.875rem;padding:.25rem 0}
.box{overflow-x:auto;max-height:32rem;overflow-y:auto}
.box table{white-space:nowrap}thead th{position:sticky;top:0;background:var(--back)}
th,td{text-align:right;border-bottom:1px solid var(--grid);padding:.1875rem 1rem .1875rem 0;
font-variant-numeric:tabular-nums}
th:first-child{text-align:left;color:var(--text)}thead th:first-child{color:var(--dim)}.t{text-align:left}
th em{font-style:normal;color:var(--dim);padding-left:.75rem}
td,dd{font-family:inherit;white-space:nowrap}td b{white-space:nowrap}td.t{white-space:normal;overflow-wrap:break-word}
.bar{width:min(12rem,25vw);height:.625rem;vertical-align:middle}
.p{fill:var(--good)}path.f{fill:var(--bad)}path.w{fill:var(--odd)}
.pair{display:flex;flex-wrap:wrap;column-gap:3rem}.pair section{flex:1 1 20rem;min-width:0}
dl{margin:.5rem 0 0}dd{white-space:normal}dd details{margin:0}dd summary{padding:0}
@media(max-width:44rem){body{padding:1rem .75rem 2rem}.plot{padding-right:.75rem}.wide{display:none}
.plot>svg{height:12rem}.plot output{min-height:2.4em}th,td{padding-right:.75rem}}
@media print{:root{color-scheme:light}html{font-size:72%}body{max-width:none;padding:0}section{break-inside:avoid}
.box{max-height:none;overflow:visible}path,i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
)
