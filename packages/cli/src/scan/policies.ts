import type { Finding, Scan } from './scan.js'

const GROUPS: readonly (readonly [string, RegExp])[] = [
  ['pci', /^(CREDIT_CARD|CVV|CARD_EXPIRY)$/],
  ['secrets', /^SECRET$/],
]

const groupOf = (type: string): string => GROUPS.find(([, types]) => types.test(type))?.[0] ?? 'pii'

/** Field policies as core's `fieldPolicy` takes them, by kind of record: selectors by group. */
export type Policies = Readonly<Record<string, { readonly groups: Readonly<Record<string, readonly string[]>> }>>

const isBeneath = (field: string, other: string): boolean => field !== other && field.startsWith(`${other}/`)

/** Of a field with several types, the one of which most is told; of fields within one another, the outermost. */
function fieldsOf(findings: readonly Finding[]): Map<string, Finding> {
  const fields = new Map<string, Finding>()
  for (const finding of findings) {
    const known = fields.get(finding.field)
    const isSharper = known !== undefined && groupOf(known.type) === 'pii' && groupOf(finding.type) !== 'pii'
    if (!known || isSharper) fields.set(finding.field, finding)
  }
  for (const field of [...fields.keys()]) if ([...fields.keys()].some((other) => isBeneath(field, other))) fields.delete(field)
  return fields
}

/** What to seal of what a scan found. */
export function policiesFor({ findings }: Pick<Scan, 'findings'>): Policies {
  const kinds = [...new Set(findings.map(({ of }) => of))]
  return Object.fromEntries(
    kinds.map((kind) => {
      const groups: Record<string, string[]> = {}
      for (const [field, { type }] of fieldsOf(findings.filter(({ of }) => of === kind))) {
        groups[groupOf(type)] ??= []
        groups[groupOf(type)]!.push(field)
      }
      for (const fields of Object.values(groups)) fields.sort()
      return [kind, { groups }]
    }),
  )
}

const literal = (text: string): string => `'${text.replace(/['\\]/g, '\\$&').replace(/[\p{Cc}\p{Cf}]/gu, '')}'`

/** The same as source code, each field with what was found there. */
export function policiesSource(scan: Pick<Scan, 'findings'>): string {
  const kinds = Object.entries(policiesFor(scan)).map(([kind, { groups }]) => {
    const why = (field: string) =>
      scan.findings
        .filter((each) => each.of === kind && each.field === field)
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
