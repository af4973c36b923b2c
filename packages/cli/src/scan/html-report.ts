import type { Finding, Scan } from './scan.js'

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd')

const STYLE = `
:root { color-scheme: light dark; --ink: #1d1b19; --faint: #6b6560; --ground: #faf9f7; --line: #e4e0da; --bar: #b3432b; --name: #d9a441 }
@media (prefers-color-scheme: dark) { :root { --ink: #efebe6; --faint: #a49d95; --ground: #191715; --line: #35312d; --bar: #e0694f; --name: #d9a441 } }
body { margin: 3rem auto; max-width: 64rem; padding: 0 1.5rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem } p { margin: .25rem 0; color: var(--faint) }
dl { display: flex; gap: 3rem; margin: 1.5rem 0 } dt { color: var(--faint); font-size: .85rem } dd { margin: 0; font-size: 1.75rem; font-variant-numeric: tabular-nums }
table { width: 100%; border-collapse: collapse; font-size: .9rem } th { text-align: left; font-weight: 600; color: var(--faint) }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top } td.number { text-align: right; font-variant-numeric: tabular-nums }
code { font: .85rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.chart { display: grid; grid-template-columns: max-content 1fr max-content; gap: .35rem .75rem; align-items: center; font-size: .9rem }
meter { width: 100%; height: .8rem; appearance: none; background: var(--line); border: 0; border-radius: 2px }
meter::-webkit-meter-bar { background: var(--line); border: 0; border-radius: 2px } meter::-webkit-meter-optimum-value { background: var(--bar); border-radius: 2px } meter::-moz-meter-bar { background: var(--bar) }
`

/** Bars of counts, longest first; read aloud as they are shown. */
function chart(counts: ReadonlyMap<string, number>, records: number): string {
  const rows = [...counts].sort(([, a], [, b]) => b - a)
  const bars = rows.map(([name, count]) => {
    const share = `${count.toLocaleString('en')} of ${records.toLocaleString('en')}`
    return `<span>${escaped(name)}</span><meter min="0" max="${records}" value="${count}" aria-label="${escaped(name)}: ${share}"></meter><span>${count.toLocaleString('en')}</span>`
  })
  return `<div class="chart">${bars.join('\n')}</div>`
}

function countsOf(findings: readonly Finding[], keyOf: (finding: Finding) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  // Of the fields of one key, that which most records have: one record may have them all.
  for (const finding of findings) counts.set(keyOf(finding), Math.max(counts.get(keyOf(finding)) ?? 0, finding.records))
  return counts
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => `<tr>${row.join('')}</tr>`).join('\n')
  return `<table><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${body}</tbody></table>`
}

const cell = (text: string): string => `<td>${escaped(text)}</td>`
const code = (text: string): string => `<td><code>${escaped(text)}</code></td>`
const number = (value: number): string => `<td class="number">${value.toLocaleString('en')}</td>`

/** What a scan found, as one page without scripts that needs nothing from elsewhere. */
export function htmlReport({ source, records, affected, findings, sealed, problems }: Scan): string {
  const list = findings.map(({ of, field, type, records: count, by, sample }) => [
    cell(of),
    code(field),
    cell(type),
    number(count),
    cell(by),
    code(sample),
  ])
  const parts = [
    `<h1>Personal data in clear</h1><p>${escaped(source)}</p>`,
    `<dl><div><dt>records</dt><dd>${records.toLocaleString('en')}</dd></div><div><dt>with findings</dt><dd>${affected.toLocaleString('en')}</dd></div><div><dt>fields</dt><dd>${new Set(findings.map(({ of, field }) => `${of} ${field}`)).size}</dd></div></dl>`,
    ...(findings.length > 0
      ? [
          `<h2>By type</h2>${chart(
            countsOf(findings, ({ type }) => type),
            records,
          )}`,
          `<h2>By field</h2>${chart(
            countsOf(findings, ({ of, field }) => `${of} ${field}`),
            records,
          )}`,
          `<h2>All of it</h2>${table(['in', 'field', 'type', 'records', 'told by', 'sample, masked'], list)}`,
        ]
      : ['<p>Nothing was found.</p>']),
    ...(sealed.length > 0
      ? [
          `<h2>Sealed already</h2>${table(
            ['in', 'field', 'records'],
            sealed.map((each) => [cell(each.of), code(each.field), number(each.records)]),
          )}`,
        ]
      : []),
    ...(problems.length > 0
      ? [`<h2>Not read</h2><ul>${problems.map((problem) => `<li>${escaped(problem)}</li>`).join('')}</ul>`]
      : []),
  ]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Personal data in clear: ${escaped(source)}</title>
<style>${STYLE}</style>
${parts.join('\n')}
</html>
`
}
