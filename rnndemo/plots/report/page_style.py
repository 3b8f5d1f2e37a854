"""The style of a test report: one column, by day and by night, and on paper."""

from __future__ import annotations

from rnndemo.plots.look.colors import BOARD, ground, ink, muted


def _colours(dark: bool) -> str:
    return f"--ground:{ground(dark)};--ink:{ink(dark)};--muted:{muted(dark)};"


STYLE = (
    f":root{{color-scheme:light dark;{_colours(False)}}}"
    f"@media (prefers-color-scheme:dark){{:root{{{_colours(True)}}}}}"
    f"@media print{{:root{{{_colours(False)}}}}}"
    f".gallery img{{background:{BOARD}}}"
    """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);line-height:1.5;
  font-family:"Source Sans 3","Segoe UI",system-ui,"Noto Sans CJK SC","PingFang SC",
  "Microsoft YaHei",sans-serif}
main{max-width:960px;margin:0 auto;padding:2rem 1.2rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .3rem}
header p{margin:.2rem 0 0;opacity:.75}
section{margin-top:2.2rem;min-width:0;break-inside:avoid}
section>p{margin:0 0 .8rem;max-width:44rem}
.notes{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid var(--muted);
  padding-left:.9rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}
.pair section{display:flex;flex-direction:column}
.pair .chart{margin-top:auto}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
.confusion th,.confusion td{min-width:2.9rem;height:2.3rem;padding:0 .3rem;text-align:center}
.confusion td{border:1px solid var(--muted);font-weight:600;
  background:color-mix(in srgb,var(--ink) var(--s),var(--ground))}
.confusion .strong{color:var(--ground)}
.confusion .right{font-weight:400;background:color-mix(in srgb,var(--c) 35%,var(--ground))}
.confusion tr:first-child th:first-child{font-weight:400;font-size:.85rem;padding-right:.7rem}
.numbers th,.numbers td{padding:.2rem .9rem;text-align:right;
  border-bottom:1px solid var(--muted)}
.numbers th:first-child{text-align:left;padding-left:0}
.facts th{text-align:left;vertical-align:top;padding:.2rem 1.2rem .2rem 0;white-space:nowrap}
.facts td{padding:.2rem 0;overflow-wrap:anywhere}
.gallery{display:flex;flex-wrap:wrap;gap:.9rem}
.gallery figure{margin:0;width:94px}
.gallery img{width:84px;height:84px;object-fit:contain;image-rendering:pixelated;
  border-radius:8px;display:block}
.gallery figcaption{font-size:.85rem;line-height:1.25;margin-top:.25rem}
.settings{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));
  gap:0 2rem;margin:0}
.settings div{display:flex;justify-content:space-between;gap:1rem;padding:.15rem 0;
  border-bottom:1px solid var(--muted)}
.settings dt,pre{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.82rem}
.settings dd{margin:0;text-align:right;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--muted);
  border-radius:8px;padding:.7rem .9rem;margin:0 0 .8rem}
.chart{width:100%;height:auto;display:block;font-size:13px}
.chart text{fill:var(--ink);text-anchor:middle}
.chart .left{text-anchor:end}
.chart .grid{stroke:var(--muted);stroke-width:.6;opacity:.7}
.chart .line{stroke:var(--ink);stroke-width:2;fill:none;stroke-linejoin:round}
.chart .dashed{stroke-dasharray:7 5;opacity:.75}
.chart .dotted{stroke-dasharray:2 4;opacity:.75}
.chart circle{fill:var(--ink)}
.chart circle:hover{stroke:var(--muted);stroke-width:5}
@media (max-width:640px){main{padding:1.2rem .9rem 3rem}.pair{grid-template-columns:1fr}
  .confusion th,.confusion td{min-width:2.1rem}.numbers th,.numbers td{padding:.2rem .4rem}}
"""
)
