import { computed, effect, signal } from '@preact/signals'
import type { ReportEntry } from '../../dialects/native.js'
import { ages, loadAges } from './key-ages.js'
import { batchesOf, type Opening, openingOf } from './openings.js'
import { above, firstUnfolded, type Row, rowsOf, unfoldedIn } from './rows.js'
import { findSealed, readDocument, type Sealed, type SealedDocument } from './sealed.js'
import { CallError, call, identity } from './session.js'

/** Where envelopes belong that store no context. */
export interface Claim {
  readonly context?: Readonly<Record<string, string>>
  readonly surface?: { readonly name: string; readonly values: Readonly<Record<string, string>> }
  readonly scope?: string
}

export interface LoadedDocument extends SealedDocument {
  readonly title: string
  readonly length: number
}

/** A batch, beside what the server takes at most. */
const MOST = { count: 500, length: 4 * 1024 * 1024 }

/** As many that are opened at once as are unfolded whole. */
const MAX_UNFOLDED = 20

export const loaded = signal<LoadedDocument | undefined>(undefined)
export const headers = signal<ReadonlyMap<string, ReportEntry>>(new Map())
export const openings = signal<ReadonlyMap<string, Opening>>(new Map())
/** Those that are being asked for. */
export const busy = signal<ReadonlySet<string>>(new Set())
export const expanded = signal<ReadonlySet<string>>(new Set())
export const selected = signal('')
export const claim = signal<Claim>({})
export const problem = signal('')
/** What is said to those who do not see the screen. */
export const said = signal('')

export const rows = computed(() => (loaded.value ? rowsOf(loaded.value, openings.value, expanded.value) : []))
export const current = computed(() => rows.value.find(({ pointer }) => pointer === selected.value) ?? rows.value[0])

/** How many times a document was loaded: what comes back for an earlier one is dropped. */
let generation = 0

export function clear(): void {
  generation++
  loaded.value = undefined
  headers.value = new Map()
  openings.value = new Map()
  busy.value = new Set()
  selected.value = ''
  claim.value = {}
  problem.value = ''
}

// What one of them has seen, another one who signs in has not.
effect(() => {
  if (identity.value !== null) return
  clear()
  ages.value = new Map()
})

/** Shows a document that was pasted, typed, dropped or chosen, and asks what is sealed in it. */
export async function load(text: string, title: string): Promise<boolean> {
  try {
    const { root, note } = readDocument(text)
    await show(root, note ? `${title}, ${note}` : title, text.length)
    return true
  } catch (error) {
    problem.value = error instanceof SyntaxError || error instanceof RangeError ? error.message : 'It could not be read.'
    return false
  }
}

export async function show(root: unknown, title: string, length: number, claimed: Claim = {}): Promise<void> {
  const document = findSealed(root)
  clear()
  const own = generation
  claim.value = claimed
  expanded.value = firstUnfolded(document)
  selected.value = document.sealed.keys().next().value ?? ''
  loaded.value = { ...document, title, length }
  await describe([...document.sealed.values()], own)
}

const most = () => ({ ...MOST, count: Math.min(MOST.count, identity.value?.limits.maxPayloads ?? MOST.count) })

/** Asks what the headers say: no key is used. */
async function describe(list: readonly Sealed[], own: number): Promise<void> {
  try {
    for (const batch of batchesOf(list, ({ length }) => length, most())) {
      const { report } = await call<{ report: ReportEntry[] }>('POST', 'inspect', { document: batch.map(({ header }) => header) })
      if (own !== generation) return
      const found = new Map(headers.value)
      for (const entry of report) {
        const at = Number(entry.pointer.slice(1))
        if (Number.isInteger(at) && batch[at]) found.set(batch[at].pointer, entry)
      }
      headers.value = found
    }
    said.value = `${list.length} sealed`
    // Without them, ages are not known; nothing else depends on it.
    if (list.length > 0) loadAges(new Set([...headers.value.values()].flatMap(({ kid }) => kid ?? []))).catch(() => {})
  } catch (error) {
    if (own === generation) problem.value = messageOf(error)
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof CallError ? error.message : 'Something is wrong with this page.'

function note(pointers: readonly string[], openingFor: (at: number) => Opening | undefined): void {
  const next = new Map(openings.value)
  for (const [at, pointer] of pointers.entries()) {
    const opening = openingFor(at)
    if (opening) next.set(pointer, opening)
    else next.delete(pointer)
  }
  openings.value = next
}

/** Opens with the caller's rights; each for itself, so that one that fails is no matter to the others. */
export async function open(list: readonly Sealed[], asked: 'masked' | 'clear'): Promise<void> {
  const own = generation
  const wanted = list.filter(({ pointer }) => !busy.value.has(pointer))
  for (const batch of batchesOf(wanted, ({ length }) => length, most())) {
    const pointers = batch.map(({ pointer }) => pointer)
    busy.value = new Set([...busy.value, ...pointers])
    try {
      await openBatch(batch, pointers, asked, own)
    } catch (error) {
      if (own !== generation) return
      // What was seen before stays to be seen.
      note(pointers, (at) => openings.value.get(pointers[at]!) ?? { status: 'failed', why: messageOf(error) })
      problem.value = messageOf(error)
      return
    } finally {
      if (own === generation) busy.value = new Set([...busy.value].filter((pointer) => !pointers.includes(pointer)))
    }
  }
}

async function openBatch(
  batch: readonly Sealed[],
  pointers: readonly string[],
  asked: 'masked' | 'clear',
  own: number,
): Promise<void> {
  const claimed = claim.value
  const hasClaim = claimed.context !== undefined || claimed.surface !== undefined
  const body = { document: batch.map(({ stored }) => stored), ...claimed, ...(asked === 'masked' && { show: asked }) }
  const { document, report } = await call<{ document: unknown[]; report: ReportEntry[] }>('POST', 'open', body)
  if (own !== generation) return
  problem.value = ''
  note(pointers, (at) => openingOf(at, document[at], report, asked, hasClaim))
  unfold(pointers)
  tell(pointers)
}

function unfold(pointers: readonly string[]): void {
  const next = new Set(expanded.value)
  for (const pointer of pointers) {
    const opening = openings.value.get(pointer)
    const within = opening?.status === 'open' && pointers.length <= MAX_UNFOLDED ? unfoldedIn(opening.value, pointer) : []
    for (const each of [...above(pointer), pointer, ...within]) next.add(each)
  }
  expanded.value = next
}

function tell(pointers: readonly string[]): void {
  const [first] = pointers
  const opening = openings.value.get(first!)
  if (pointers.length !== 1) said.value = `${pointers.length} asked for`
  else said.value = opening?.status === 'open' ? `opened, ${opening.outcome}` : opening?.status === 'failed' ? opening.why : ''
}

export function hide(pointers: readonly string[]): void {
  note(pointers, () => undefined)
  said.value = 'hidden again'
}

export function toggle(pointer: string, isOpen: boolean): void {
  const next = new Set(expanded.value)
  if (isOpen) next.add(pointer)
  else next.delete(pointer)
  expanded.value = next
}

/** Selects a line, and unfolds the way to it. */
export function select(pointer: string): void {
  const next = new Set(expanded.value)
  for (const each of above(pointer)) next.add(each)
  if (next.size > expanded.value.size) expanded.value = next
  selected.value = pointer
}

/** What is opened with a line: itself, or the envelope that it came out of. */
export function sealedOf(row: Row | undefined): Sealed | undefined {
  if (!row || row.sealed) return row?.sealed
  if (!row.shown) return undefined
  return [...above(row.pointer)]
    .reverse()
    .map((pointer) => loaded.value?.sealed.get(pointer))
    .find((each) => each && openings.value.has(each.pointer))
}
