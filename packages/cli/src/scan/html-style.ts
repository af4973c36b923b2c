/** How the report of a scan looks, by day and by night. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ink: #1d1b19; --faint: #6b6560; --ground: #faf9f7; --card: #fff; --line: #e4e0da; --bar: #b3432b; --rest: #efebe6; --sealed: #3f7d58 }
@media (prefers-color-scheme: dark) { :root { --ink: #efebe6; --faint: #a49d95; --ground: #191715; --card: #201e1b; --line: #35312d; --bar: #e0694f; --rest: #2d2a26; --sealed: #6fb58c } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 Inter, system-ui, sans-serif }
main { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.5rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 } h2 { font-size: 1.05rem; margin: 2.25rem 0 .6rem; overflow-wrap: anywhere }
p { margin: .35rem 0 } p, small, .faint, em, footer { color: var(--faint) } small { font-size: .85em; font-weight: 400 }
dl { display: flex; flex-wrap: wrap; gap: 1px; margin: 1.5rem 0 0; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden }
dl div { flex: 1 1 10rem; padding: .8rem 1.1rem; background: var(--card) } dt { color: var(--faint); font-size: .85rem }
dd { margin: 0; font-size: 1.7rem; line-height: 1.3; font-variant-numeric: tabular-nums } dd small { font-size: 1rem }
.wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px }
table { width: 100%; border-collapse: collapse; font-size: .9rem }
th { text-align: left; font-weight: 500; font-size: .8rem; color: var(--faint) }
th, td { padding: .5rem 1rem; vertical-align: middle; overflow-wrap: anywhere } tbody tr { border-top: 1px solid var(--line) }
.types td:first-child, .number { white-space: nowrap } .number { text-align: right; font-variant-numeric: tabular-nums }
.types tr > :first-child { width: 22% } .types tr > :last-child { width: 9% }
.fields table, .sealed table { table-layout: fixed; min-width: 46rem }
.fields tr > :nth-child(1), .sealed tr > :nth-child(1) { width: 23% } .fields tr > :nth-child(2) { width: 17% }
.fields tr > :nth-child(4), .sealed tr > :nth-child(4) { width: 9.5% } .fields tr > :nth-child(5) { width: 21% } .fields tr > :nth-child(6) { width: 9% }
code { font: .85rem/1.5 "JetBrains Mono", ui-monospace, monospace }
.bar { display: block; height: .6rem; background: var(--rest); border-radius: 3px; overflow: hidden }
.bar i { display: block; height: 100%; background: var(--bar); border-radius: 3px } .sealed .bar i { background: var(--sealed) }
ul { margin: 0; padding-left: 1.25rem } li { overflow-wrap: anywhere } footer { margin-top: 2.5rem; font-size: .85rem }
@media print { body { background: none } .wide, dl { break-inside: avoid } * { print-color-adjust: exact } }
`
