"""How the page of the matrix looks: on paper, on a phone, in the dark."""

STYLE = """
:root { color-scheme: light dark; --line: #d0d7de; --soft: #f3f5f7; --link: #0b57d0;
  --good: #0f6b34; --bad: #b3261e; --other: #57606a; --wide: #9cc3f0; --thin: #12263f; }
@media (prefers-color-scheme: dark) { :root { --line: #30363d; --soft: #161b22; --link: #79b8ff;
  --good: #63d08a; --bad: #ff8a80; --other: #9aa4af; --wide: #2d66a8; --thin: #eef4fb; } }
* { box-sizing: border-box; }
body { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; line-height: 1.5;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: anywhere; color: #1c2128; background: #fff; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; padding-bottom: .25rem;
  border-bottom: 1px solid var(--line); }
p { margin: .5rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 3px solid var(--link);
  outline-offset: 2px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: baseline; padding: .35rem .9rem .35rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: normal; }
tbody th { font-weight: 400; min-width: 9rem; overflow-wrap: anywhere; }
td { white-space: nowrap; }
.conforms, .conforms a { color: var(--good); }
.deviates, .deviates a, .failed, .failed a,
.undefined, .undefined a, .invalid { color: var(--bad); font-weight: 600; }
.unsupported, .unsupported a, .skipped, .skipped a,
.not-run, .not-run a { color: var(--other); }
details { margin: .6rem 0; padding: .4rem .75rem; border: 1px solid var(--line);
  border-radius: .4rem; }
details:target { border-color: var(--link); }
summary { cursor: pointer; padding: .25rem 0; }
details details { border-style: dashed; }
pre { margin: .25rem 0; padding: .6rem; overflow-x: auto; background: var(--soft);
  font: .82rem/1.45 ui-monospace, SFMono-Regular, Consolas, monospace; overflow-wrap: normal; }
.small { color: var(--other); font-size: .88rem; }
.pictures { display: grid; gap: .2rem 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
svg { display: block; width: 100%; max-width: 30rem; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
svg .name { font-weight: 600; font-size: 12px; }
svg path, svg polyline { fill: none; stroke-linejoin: round; }
.axis { stroke: var(--other); }
.reference { stroke: var(--wide); stroke-width: 5; }
.engine { stroke: var(--thin); stroke-width: 1.4; stroke-dasharray: 5 3; }
.apart { stroke: var(--link); stroke-width: 1.6; }
.limit { stroke: var(--bad); stroke-dasharray: 2 4; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } }
@media print { body { max-width: none; } .wide, pre { overflow: visible; } }
"""


def css(outcome: str) -> str:
    """The class of an outcome on a page."""
    return outcome.replace(" ", "-")
