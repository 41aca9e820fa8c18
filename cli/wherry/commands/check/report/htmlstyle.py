"""The look of the page of a report: wide and narrow, on a screen and on paper."""

from __future__ import annotations

from typing import Final

from wherry.ui.html.look import LOOK

STYLE: Final = (
    LOOK
    + """\
path.y,path.p{fill:var(--good);stroke:var(--good)}path.n,path.f,path.e{fill:var(--bad);stroke:var(--bad)}
path.w,path.k{fill:var(--odd);stroke:var(--odd)}path.s{fill:var(--skip);stroke:var(--skip)}
path.y,path.n{stroke-width:1.5px;vector-effect:non-scaling-stroke}
svg path.w{stroke:var(--dim);stroke-width:1px;vector-effect:non-scaling-stroke}.shares path{stroke:none!important}
.p0{fill:var(--p0);background:var(--p0)}.p1{fill:var(--p1);background:var(--p1)}.p2{fill:var(--p2);background:var(--p2)}
.p3{fill:var(--p3);background:var(--p3)}.p4{fill:var(--p4);background:var(--p4)}.p5{fill:var(--p5);background:var(--p5)}
.p6{fill:var(--p6);background:var(--p6)}
dd i,.key i{display:inline-block;width:.625rem;height:.625rem;border-radius:2px;margin-right:.375rem}
.f>b,.e>b,.f summary>b,.e summary>b{color:var(--bad)}.w>b,.k>b,.w summary>b,.k summary>b{color:var(--odd)}
.p>b,.p summary>b{color:var(--good)}.s>b,.s summary>b{color:var(--skip)}
form{margin:1.5rem 0 0;padding:.75rem 1rem;background:var(--panel);border:1px solid var(--line);border-radius:6px;
display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}
form>div{flex:1 1 100%;display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 1rem}
fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem .875rem}
legend{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
form label{min-width:0;white-space:nowrap;display:inline-flex;align-items:center;gap:.375rem;min-height:1.75rem}
form input,form select,button{font:inherit;color:inherit}form select{min-width:0;max-width:14rem}
form input[type=checkbox]{width:1rem;height:1rem;margin:0;accent-color:var(--link)}
form input[type=search],form select,button{background:var(--back);border:1px solid var(--dim);border-radius:6px;
padding:.25rem .5rem;min-height:2rem}
form input[type=search]{flex:1 1 8rem;min-width:0}button{cursor:pointer}output{color:var(--dim);align-self:center}
.key .y,.key .n{border-radius:0;height:.1875rem;vertical-align:.1875rem}
.key .y{background:var(--good)}.key .n{background:var(--bad)}
main section{margin-top:1.75rem}
ol{list-style:none;margin:.25rem 0 0;padding:0;border-top:1px solid var(--line)}
ol>li{border-bottom:1px solid var(--line)}
summary,.axis{display:grid;grid-template-columns:.75rem 4.25rem minmax(0,2fr) minmax(0,3fr) 4.25rem;column-gap:.75rem;
align-items:center}
summary{padding:.5rem .25rem;min-height:2.75rem;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}summary:hover{background:var(--panel)}
summary::before{content:"";width:.4rem;height:.4rem;border:solid var(--dim);border-width:0 2px 2px 0;rotate:-45deg}
details[open]>summary::before{rotate:45deg}
summary>b{font-size:.875rem;white-space:nowrap}summary>span{grid-column:3}
summary>i{grid-column:5;text-align:right;font-style:normal;font-size:.875rem;color:var(--dim);
font-variant-numeric:tabular-nums}
summary em{font-style:normal;font-size:.75rem;line-height:1.5;color:var(--dim);border:1px solid var(--line);
border-radius:1rem;padding:0 .5rem;margin-left:.5rem;display:inline-block}
summary small{display:block;font-size:.8125rem;color:var(--dim);overflow:hidden;display:-webkit-box;
-webkit-box-orient:vertical;-webkit-line-clamp:2}
summary svg,.axis>div{grid-column:4;width:100%}summary svg{height:1.25rem}
.axis{font-size:.75rem;color:var(--dim);padding:.5rem .25rem 0}.axis>div{display:flex;justify-content:space-between}
.axis span{width:0;white-space:nowrap;display:flex;justify-content:center}
.axis span:first-child{justify-content:start}.axis span:last-child{justify-content:end}
summary svg{background-image:linear-gradient(90deg,var(--grid) 1px,transparent 1px)}
.g1 svg{background-size:100% 100%}.g2 svg{background-size:50% 100%}.g3 svg{background-size:33.333% 100%}
.g4 svg{background-size:25% 100%}.g5 svg{background-size:20% 100%}
details[open]>summary{background:var(--panel)}
details>:not(summary){margin:.75rem .25rem .75rem 6.75rem}
pre,dd,td{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}pre,dd,td{font-size:.8125rem}
pre{white-space:pre-wrap;background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.5rem .75rem}
details>pre.r{margin-bottom:.375rem}details>pre.r+button{margin-top:0}
.d>*{display:block;text-decoration:none}ins{background:var(--added)}del{background:var(--gone)}
@media(max-width:44rem){body{padding:1rem .75rem 2rem}
summary,.axis{grid-template-columns:.5rem max-content minmax(0,1fr) max-content;row-gap:.375rem}
summary>i{grid-column:4;grid-row:1;align-self:start;padding-top:.125rem}summary>b{align-self:start;padding-top:.125rem}
summary::before{align-self:start;margin-top:.5rem}
summary svg,.axis>div{grid-column:1/-1}summary svg{height:.875rem}
details>:not(summary){margin-left:.25rem}
form input[type=search]{flex-basis:100%}
form label:has(select){flex:1 1 7rem}form select{flex:1;max-width:none}}
@media print{:root{color-scheme:light}html{font-size:72%}form,button{display:none!important}
body{max-width:none;padding:0}summary{break-inside:avoid;break-after:avoid}
path,i,ins,del{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
)
