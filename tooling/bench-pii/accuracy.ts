// What the detector finds of the shared cases, in the measures of their scorer: `node tooling/bench-pii/accuracy.ts`. See USAGE.
import './sources.ts'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { NO_SHARED, shared } from '@waxseal/test/shared'
import { evasions } from '../../packages/pii/test/evasions.ts'
import { detectors } from './detectors.ts'

const USAGE = `node tooling/bench-pii/accuracy.ts [options]
  --json           one object
  --core           without the sets of national ids and secrets
  --misses TYPE    list what was not found ("all": of every type)
  --false TYPE     list what was found wrongly
  --weak           ... of the cases that need context, and of those that disguise
  --evasions SEED  list what was missed of the disguised values made from a seed
Lists take --file TEXT: cases whose file holds TEXT.`

type Span = readonly [start: number, end: number, type: string]

interface Case {
  readonly id: string
  readonly file: string
  readonly text: string
  readonly scope: readonly string[]
  readonly spans: readonly Span[] | null
  readonly min?: number
  readonly weak?: boolean
  readonly disputed?: boolean
}

/** Rates between 0 and 1, null where nothing was asked. */
interface Rates {
  readonly P: number | null
  readonly R: number | null
  readonly C: number | null
  readonly macroF1: number
  readonly gold: number
}

interface Score {
  readonly types: Readonly<
    Record<string, Omit<Rates, 'macroF1'> & { readonly F1: number; readonly fp: number; readonly fpNeg: number }>
  >
  readonly neg: {
    readonly cases: number
    readonly fpCases: number
    readonly bySub: Readonly<Record<string, readonly [hit: number, all: number]>>
  }
  agg(types: readonly string[]): Rates
}

interface Scorer {
  readonly CORE: readonly string[]
  score(cases: readonly Case[], found: ReadonlyMap<string, readonly Span[]>, options?: { weak: 'only' | 'exclude' }): Score
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    core: { type: 'boolean', default: false },
    misses: { type: 'string' },
    false: { type: 'string' },
    weak: { type: 'boolean', default: false },
    evasions: { type: 'string' },
    file: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log(USAGE)
  process.exit(0)
}

const folder = shared('tools/pii/lib')
if (!folder) throw new Error(NO_SHARED)
const { loadCases }: { loadCases(): Case[] } = await import(pathToFileURL(`${folder}/load.mjs`).href)
const { CORE, score }: Scorer = await import(pathToFileURL(`${folder}/score.mjs`).href)

const SIX = ['CREDIT_CARD', 'US_SSN', 'EMAIL', 'PHONE', 'IP_ADDRESS', 'SECRET']
const isNational = (type: string): boolean => /^[A-Z]{2}_/.test(type) && type !== 'US_SSN' && type !== 'IP_ADDRESS'

const detector = (await detectors('sources'))[options.core ? 'core' : 'everything']
const spansOf = (text: string): Span[] => detector.detectText(text).map(({ start, end, type }) => [start, end, type])

/** `DE_TAX_ID` in a field that is called `tax_id`: the value is found by name or by value, else not. */
function spansInField(text: string, type: string): Span[] {
  const [found] = detector.detectDocument({ [type.slice(3).toLowerCase()]: text })
  if (!found) return []
  return found.findings.length > 0
    ? found.findings.map(({ start, end, type }) => [start, end, type])
    : [[0, text.length, found.type]]
}

const cases = loadCases()
const startedAt = performance.now()
const found = new Map(cases.map(({ id, text }) => [id, spansOf(text)]))
const tookMs = performance.now() - startedAt

const strict = score(cases, found)
const weak = score(cases, found, { weak: 'only' })
const national = cases.filter(({ scope }) => isNational(scope[0]!))
const nationalTypes = (of: Score): string[] => Object.keys(of.types)
const aggregate = (of: Score): Rates => of.agg(nationalTypes(of))
const evasion = score(
  cases.filter(({ file }) => file === 'evasion'),
  found,
  { weak: 'only' },
).agg([...CORE, 'CA_SIN'])
const named = new Map(national.map(({ id, text, scope }) => [id, spansInField(text, scope[0]!)]))

const own = evasions(1).map(({ text, type, start, end, kind }, index): Case & { kind: string } => ({
  ...{ id: `${kind}/${index}`, file: 'own', text, kind },
  ...{ scope: [type], spans: [[start, end, type]] },
}))
const ownFound = new Map(own.map(({ id, text }) => [id, spansOf(text)]))
const ownScore = (part: readonly Case[]): Rates => score(part, ownFound).agg(CORE)

const summary = {
  types: Object.fromEntries(CORE.map((type) => [type, strict.types[type]])),
  six: strict.agg(SIX),
  nine: strict.agg(CORE),
  trueNegatives: { cases: strict.neg.cases, hit: strict.neg.fpCases },
  national: aggregate(score(national, found)),
  nationalBare: aggregate(score(national, found, { weak: 'only' })),
  nationalInNamedField: aggregate(score(national, named, { weak: 'only' })),
  weak: weak.agg(CORE),
  evasion,
  ownEvasions: ownScore(own),
}

const percent = (rate: number | null | undefined): string => (rate == null ? '-' : (100 * rate).toFixed(1)).padStart(5)
const rates = ({ P, R, C, gold }: Pick<Rates, 'P' | 'R' | 'C' | 'gold'>): string =>
  `P ${percent(P)}  R ${percent(R)}  covered ${percent(C)}  of ${gold}`
const row = (name: string, text: string): void => console.log(`${name.padEnd(24)}${text}`)

function printTable(): void {
  row('cases', `${cases.length}, ${Math.round(tookMs)} ms`)
  for (const type of CORE) {
    const one = strict.types[type]
    if (one) row(type, `${rates(one)}  F1 ${percent(one.F1)}  false ${one.fp} + ${one.fpNeg} on true negatives`)
  }
  row('six', `${rates(summary.six)}  macro F1 ${percent(summary.six.macroF1)}`)
  row('nine', `${rates(summary.nine)}  macro F1 ${percent(summary.nine.macroF1)}`)
  const { cases: all, hit } = summary.trueNegatives
  row('true negatives hit', `${percent(hit / all)} (${hit} of ${all})`)
  for (const [kind, [hits, of]] of Object.entries(strict.neg.bySub)) if (hits > 0) row(`  ${kind}`, `${hits} of ${of}`)
  row('national ids', rates(summary.national))
  row('... that need context', rates(summary.nationalBare))
  row('... in a named field', rates(summary.nationalInNamedField))
  row('weak, core types', rates(summary.weak))
  row('evasions', rates(evasion))
  row('evasions of our own', rates(summary.ownEvasions))
  for (const kind of new Set(own.map((one) => one.kind))) {
    const { R } = ownScore(own.filter((one) => one.kind === kind))
    if (R !== 1) row(`  ${kind}`, `R ${percent(R)}`)
  }
}

const overlap = (a: Span, b: Span): number => {
  const both = Math.min(a[1], b[1]) - Math.max(a[0], b[0])
  return both <= 0 ? 0 : both / (Math.max(a[1], b[1]) - Math.min(a[0], b[0]))
}
const HIT = 0.5
const AROUND = 60

/** The span between brackets, and a little of what is around it. */
const shown = (text: string, [start, end]: Span): string =>
  JSON.stringify(`${text.slice(Math.max(0, start - AROUND), start)}⟦${text.slice(start, end)}⟧${text.slice(end, end + AROUND)}`)

function list(part: readonly Case[], of: ReadonlyMap<string, readonly Span[]>, type: string, what: 'misses' | 'false'): void {
  const asked = (one: string) => (type === 'all' ? CORE.includes(one) || isNational(one) : one === type)
  let count = 0
  const print = ({ id, text }: Case, span: Span) => {
    count++
    const beside = of.get(id)!.map(([start, end, name]) => `${name} ${JSON.stringify(text.slice(start, end))}`)
    console.log(
      `${id}  ${span[2]}  ${shown(text, span)}${beside.length > 0 ? `  found: ${beside.join(', ').slice(0, 200)}` : ''}`,
    )
  }
  for (const one of part) {
    const spans = of.get(one.id)!.filter(([, , name]) => asked(name))
    if (what === 'misses') {
      for (const gold of one.spans ?? [])
        if (asked(gold[2]) && !spans.some((span) => span[2] === gold[2] && overlap(gold, span) >= HIT)) print(one, gold)
      if (one.spans === null && one.scope.some(asked) && spans.length < (one.min ?? 0)) print(one, [0, 0, one.scope[0]!])
    } else if (one.spans !== null) {
      for (const span of spans) {
        const judged = one.scope[0] === '*' ? CORE.includes(span[2]) : one.scope.includes(span[2])
        if (judged && !one.spans.some((gold) => gold[2] === span[2] && overlap(gold, span) > 0)) print(one, span)
      }
    }
  }
  console.log(`${count} in all`)
}

if (options.evasions !== undefined) {
  const made = evasions(Number(options.evasions)).map(
    ({ text, type, start, end, kind }, index): Case => ({
      ...{ id: `${kind}/${index}`, file: 'own', text },
      ...{ scope: [type], spans: [[start, end, type]] },
    }),
  )
  list(made, new Map(made.map(({ id, text }) => [id, spansOf(text)])), 'all', 'misses')
} else if (options.misses !== undefined || options.false !== undefined) {
  const part = cases.filter(
    ({ file, weak = false, disputed }) => !disputed && weak === options.weak && file.includes(options.file),
  )
  if (options.misses !== undefined) list(part, found, options.misses, 'misses')
  if (options.false !== undefined) list(part, found, options.false, 'false')
} else if (options.json) console.log(JSON.stringify(summary))
else printTable()
