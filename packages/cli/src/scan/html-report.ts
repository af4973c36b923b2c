import { HTML_STYLE } from './html-style.js'
import type { Finding, Scan } from './scan.js'

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd')

const written = (count: number): string => count.toLocaleString('en')
const plural = (count: number, what: string): string => `${written(count)} ${what}${count === 1 ? '' : 's'}`
const percent = (part: number, all: number): number => (all === 0 ? 0 : Math.max(1, Math.round((part / all) * 100)))

/** A bar beside its number, which says the same. */
const bar = (part: number, all: number): string =>
  `<span class="bar" aria-hidden="true"><i style="width:${percent(part, all)}%"></i></span>`

/** A field by its pointer; a text that is no document has none. */
const fieldName = (field: string): string => (field === '' ? '<em>the text itself</em>' : `<code>${escaped(field)}</code>`)

/** Records have two columns, of which the first one is a bar. */
const headOf = (name: string): string =>
  name === 'records' ? `<td></td><th scope="col" class="number">${name}</th>` : `<th scope="col">${name}</th>`

const table = (kind: 'types' | 'fields' | 'sealed', head: readonly string[], rows: readonly string[]): string =>
  `<div class="wide ${kind}"><table><thead><tr>${head.map(headOf).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`

const counted = (records: number, all: number): string =>
  `<td>${bar(records, all)}</td><td class="number">${written(records)}</td>`

/**
 * How many records have something of each type. Of the fields of one kind it is that which most have: one record may have them all;
 * records of different kinds are different records.
 */
function countsByType(findings: readonly Finding[]): (readonly [string, number])[] {
  const types = new Map<string, Map<string, number>>()
  for (const { of, type, records } of findings) {
    const kinds = types.get(type) ?? new Map<string, number>()
    types.set(type, kinds.set(of, Math.max(kinds.get(of) ?? 0, records)))
  }
  const sums = [...types].map(([type, kinds]) => [type, [...kinds.values()].reduce((sum, each) => sum + each, 0)] as const)
  return sums.sort(([, a], [, b]) => b - a)
}

function typesOf(findings: readonly Finding[], records: number): string {
  const rows = countsByType(findings).map(([type, count]) => `<tr><td>${escaped(type)}</td>${counted(count, records)}</tr>`)
  return `<h2>By type</h2>${table('types', ['type', 'records'], rows)}`
}

/** The fields of one kind of record, each beside how many of its records have it. */
function kindOf(kind: string, all: number, findings: readonly Finding[]): string {
  const rows = findings.map(
    ({ field, type, records, by, sample }) =>
      `<tr><td>${fieldName(field)}</td><td>${escaped(type)}</td>${counted(records, all)}<td><code>${escaped(sample)}</code></td><td class="faint">${by}</td></tr>`,
  )
  const head = ['field', 'type', 'records', 'sample, masked', 'told by']
  return `<h2>${escaped(kind)} <small>${plural(all, 'record')}</small></h2>${table('fields', head, rows)}`
}

function kindsOf({ findings, kinds }: Scan): string[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) groups.set(finding.of, [...(groups.get(finding.of) ?? []), finding])
  return [...groups].map(([kind, own]) => kindOf(kind, kinds[kind] ?? 0, own))
}

function sealedOf({ sealed, kinds }: Scan): string[] {
  if (sealed.length === 0) return []
  const rows = sealed.map(
    ({ of, field, records }) =>
      `<tr><td>${escaped(of)}</td><td>${fieldName(field)}</td>${counted(records, kinds[of] ?? records)}</tr>`,
  )
  return [`<h2>Sealed already</h2>${table('sealed', ['in', 'envelope at', 'records'], rows)}`]
}

function figures({ records, affected, findings, sealed }: Scan): string {
  const fields = new Set(findings.map(({ of, field }) => JSON.stringify([of, field]))).size
  const share = records === 0 ? '' : ` <small>${affected === 0 ? 0 : percent(affected, records)} %</small>`
  const figure = (name: string, value: string) => `<div><dt>${name}</dt><dd>${value}</dd></div>`
  return `<dl>${figure('records', written(records))}${figure('with data in clear', `${written(affected)}${share}`)}${figure('fields in clear', written(fields))}${figure('places sealed', written(sealed.length))}</dl>`
}

const minuteOf = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** What a scan found, as one page without scripts that needs nothing from elsewhere. */
export function htmlReport(scan: Scan, at: Date): string {
  const { source, records, findings, problems } = scan
  const parts = [
    `<h1>Personal data and secrets in clear</h1><p>${escaped(source)}, <time datetime="${at.toISOString()}">${minuteOf(at)}</time></p>`,
    figures(scan),
    ...(findings.length > 0 ? [typesOf(findings, records), ...kindsOf(scan)] : ['<p>Nothing was found.</p>']),
    ...sealedOf(scan),
    ...(problems.length > 0
      ? [`<h2>Not read</h2><ul>${problems.map((problem) => `<li>${escaped(problem)}</li>`).join('')}</ul>`]
      : []),
    '<footer>Made by <code>waxseal scan</code>. Samples are masked; names that are data are shown as <code>*</code>.</footer>',
  ]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Personal data in clear: ${escaped(source)}</title>
<style>${HTML_STYLE}</style>
<main>
${parts.join('\n')}
</main>
</html>
`
}
