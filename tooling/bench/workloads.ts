import type { Candidate } from './candidate.ts'
import type { Contender } from './contender.ts'
import { OURS } from './names.ts'
import { application, changeApplication, invoice } from './values.ts'

export type { Candidate } from './candidate.ts'

/** The values of one, by the length of their JSON. */
const VALUES: readonly (readonly [size: string, make: () => unknown])[] = [
  ['32 B', () => 'Zoë Müller, Hauptstraße 12'.padEnd(27, '.')],
  ['1 KiB', () => invoice(1024)],
  ['64 KiB', () => invoice(64 * 1024)],
  ['1 MiB', () => invoice(1024 * 1024)],
  ['10 MiB', () => invoice(10 * 1024 * 1024)],
]

const FIELDS = '10 fields'
export const BATCH = 100
const MANY = `${BATCH} of 1 KiB`

/** Every piece of work, by the names of its candidates; what has no size comes last. */
export const WORKS: readonly RegExp[] = [
  ...[...VALUES.map(([size]) => size), FIELDS, MANY].map((name) => new RegExp(`^(seal|open) ${name}: `)),
  /^(seal|open) a stream: |^a part: /,
]

/** What Waxseal should at most cost, in units of the first contender. */
const GOALS: Readonly<Record<string, number>> = {
  'seal 1 KiB': 1.8,
  'open 1 KiB': 2.2,
  'seal 64 KiB': 1.3,
  'open 64 KiB': 1.5,
  [`seal ${FIELDS}`]: 0.3,
  [`open ${FIELDS}`]: 0.4,
}

type Run = (input: never) => unknown

/** Every contender at every work that it takes part in, in the order of the report; each round trip has been checked. */
export async function workloads(contenders: readonly Contender[], only: (work: string) => boolean = () => true) {
  const candidates: Candidate[] = []

  /** Both directions of one piece of work. */
  const pair = async (name: string, input: unknown, operations: number, of: (one: Contender) => { seal: Run; open: Run }) => {
    const [seal, open] = [`seal ${name}`, `open ${name}`]
    const sealing: Candidate[] = []
    const opening: Candidate[] = []
    for (const one of contenders) {
      if (one.only && !one.only.includes(name)) continue
      if (!only(`${seal}: ${one.by}`) && !only(`${open}: ${one.by}`)) continue
      const does = of(one)
      const sealed = (await does.seal(input as never)) as never
      same(await does.open(sealed), input, `${name}: ${one.by}`)
      const about = (work: string) => ({
        work,
        by: one.by,
        ...(operations > 1 && { operations }),
        ...(one.by === OURS && GOALS[work] !== undefined && { goal: GOALS[work] }),
      })
      sealing.push({ ...about(seal), run: () => does.seal(input as never) })
      opening.push({ ...about(open), run: () => does.open(sealed) })
    }
    candidates.push(...sealing, ...opening)
  }

  for (const [size, make] of VALUES)
    if (contenders.some(({ by }) => only(`seal ${size}: ${by}`) || only(`open ${size}: ${by}`)))
      await pair(size, make(), 1, ({ seal, open }) => ({ seal, open }))
  await pair(FIELDS, application, 1, ({ seal, open, sealFields, openFields }) => ({
    seal: sealFields ?? ((document: typeof application) => fieldwise(document, seal)),
    open: openFields ?? ((document: typeof application) => fieldwise(document, open as Run as (field: unknown) => unknown)),
  }))
  const values = Array.from({ length: BATCH }, () => invoice(1024))
  await pair(MANY, values, BATCH, ({ seal, open, sealMany, openMany }) => ({
    seal: sealMany ?? ((all: readonly unknown[]) => each(all, seal)),
    open: openMany ?? ((all: readonly unknown[]) => each(all, open as Run as (one: unknown) => unknown)),
  }))
  return candidates.filter(({ work, by }) => only(`${work}: ${by}`))
}

/** One by one; all at once where they are promises. */
function each(all: readonly unknown[], change: (one: unknown) => unknown): unknown {
  const results = all.map(change)
  return results[0] instanceof Promise ? Promise.all(results) : results
}

function fieldwise(document: typeof application, change: (field: unknown) => unknown): unknown {
  const place = (values: readonly unknown[]) => {
    let at = 0
    return changeApplication(document, () => values[at++])
  }
  const fields: unknown[] = []
  changeApplication(document, (field) => fields.push(field))
  const results = each(fields, change)
  return results instanceof Promise ? results.then(place) : place(results as unknown[])
}

function same(found: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`${what}: it does not open to what was sealed`)
}
