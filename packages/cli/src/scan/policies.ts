import { printable } from '../printable.js'
import type { Finding, Scan } from './scan.js'

const GROUPS: readonly (readonly [string, RegExp])[] = [
  ['pci', /^(CREDIT_CARD|CVV|CARD_EXPIRY)$/],
  ['secrets', /^SECRET$/],
]

function groupsOf<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

const groupOf = (type: string): string => GROUPS.find(([, types]) => types.test(type))?.[0] ?? 'pii'

/** Field policies as core's `fieldPolicy` takes them, by kind of record: selectors by group. */
export type Policies = Readonly<Record<string, { readonly groups: Readonly<Record<string, readonly string[]>> }>>

/** Whether another of these fields holds this one. */
function isBeneath(field: string, fields: ReadonlyMap<string, unknown>): boolean {
  for (let end = field.lastIndexOf('/'); end >= 0; end = field.lastIndexOf('/', end - 1)) {
    if (fields.has(field.slice(0, end))) return true
    if (end === 0) return false
  }
  return false
}

/** Of a field with several types, the one of which most is told; of fields within one another, the outermost. */
function fieldsOf(findings: readonly Finding[]): Map<string, Finding> {
  const fields = new Map<string, Finding>()
  for (const finding of findings) {
    const known = fields.get(finding.field)
    const isSharper = known !== undefined && groupOf(known.type) === 'pii' && groupOf(finding.type) !== 'pii'
    if (!known || isSharper) fields.set(finding.field, finding)
  }
  for (const field of [...fields.keys()]) if (isBeneath(field, fields)) fields.delete(field)
  return fields
}

/** What to seal of what a scan found. */
export function policiesFor({ findings }: Pick<Scan, 'findings'>): Policies {
  const kinds = groupsOf(findings, ({ of }) => of)
  return Object.fromEntries(
    [...kinds].map(([kind, own]) => {
      const groups: Record<string, string[]> = {}
      for (const [field, { type }] of fieldsOf(own)) {
        groups[groupOf(type)] ??= []
        groups[groupOf(type)]!.push(field)
      }
      for (const fields of Object.values(groups)) fields.sort()
      return [kind, { groups }]
    }),
  )
}

const literal = (text: string): string => `'${printable(text.replace(/['\\]/g, '\\$&'))}'`

/** The same as source code, each field with what was found there. */
export function policiesSource(scan: Pick<Scan, 'findings'>): string {
  const whys = groupsOf(scan.findings, ({ of, field }) => JSON.stringify([of, field]))
  const kinds = Object.entries(policiesFor(scan)).map(([kind, { groups }]) => {
    const why = (field: string) =>
      whys
        .get(JSON.stringify([kind, field]))!
        .map(({ type, records }) => `${type} in ${records}`)
        .join(', ')
    const lists = Object.entries(groups).map(
      ([group, fields]) =>
        `      ${group}: [\n${fields.map((field) => `        ${literal(field)}, // ${why(field)}\n`).join('')}      ],\n`,
    )
    return `  ${literal(kind)}: fieldPolicy({\n    groups: {\n${lists.join('')}    },\n  }),\n`
  })
  return `import { fieldPolicy } from '@waxseal/core'\n\nexport const policies = {\n${kinds.join('')}}\n`
}
