import { fail } from '../errors.js'
import type { MaybePromise } from '../flow.js'
import { compareUtf8 } from '../format/bytes.js'
import { type Padding, paddedLength } from '../format/padding.js'
import type { MigrationWindow } from '../sealer/migration.js'
import { covers, parsePointer } from './pointer.js'
import { type Preview, previewOf } from './preview.js'
import { compileSelector, type Selector } from './selector.js'

/** Finds what else must be sealed; structural, so that core imports no detector. Pointers are those of RFC 6901. */
export interface Detector {
  detectDocument(document: unknown): MaybePromise<Iterable<{ readonly pointer: string }>>
}

export interface FieldPolicyOptions {
  /** Selectors of one bundle: RFC 6901 pointers in which `*` is one level and `**` any depth. */
  readonly fields?: readonly string[] | undefined
  /** Or selectors by group; 1 to 16 groups, each sealed on its own and to be opened by its own readers. */
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined
  readonly detector?: Detector | undefined
  /** The group that takes what the detector finds; needed where there are groups. */
  readonly detectorGroup?: string | undefined
  /** By selector: show the start or the end of a value in place of the placeholder. Off by default. */
  readonly preview?: Readonly<Record<string, Preview>> | undefined
  /** Bind the clear members too: all of them, or those at these exact pointers. Reader and writer must agree. */
  readonly authenticate?: 'all' | readonly string[] | undefined
  /** Default "[sealed]". */
  readonly placeholder?: string | undefined
  /** One envelope per document or group (`bundle`, default), or one in place of every field (`inline`). */
  readonly form?: 'bundle' | 'inline' | undefined
  /** Inline fields below arrays: the pointer or selector of the array, and the member that identifies its elements. */
  readonly elementIds?: Readonly<Record<string, string>> | undefined
  /** By selector of this policy: a window in which that field may still be in clear. */
  readonly plaintext?: Readonly<Record<string, MigrationWindow>> | undefined
  /** Default: a multiple of 32 bytes. */
  readonly pad?: Padding | undefined
}

export interface PolicyGroup {
  /** Empty where the policy has no groups. */
  readonly name: string
  readonly selectors: readonly Selector[]
  /** The same ascending, where they are pointers and none is there twice or inside another: so is whatever they find. */
  readonly ascending: readonly Selector[] | undefined
}

/** A compiled policy; made once, shared by producer, worker and codec server. */
export interface FieldPolicy {
  readonly form: 'bundle' | 'inline'
  readonly grouped: boolean
  readonly groups: readonly PolicyGroup[]
  readonly detector: Detector | undefined
  readonly detectorGroup: string
  readonly previews: readonly (readonly [Selector, Preview])[]
  readonly authenticate: 'all' | readonly string[] | undefined
  readonly placeholder: string
  readonly elementIds: readonly (readonly [Selector['tokens'], string])[]
  readonly plaintext: Readonly<Record<string, MigrationWindow>>
  readonly pad: Padding
}

function compileGroup(name: string, texts: readonly string[]): PolicyGroup {
  const selectors = texts.map(compileSelector)
  const distinct = new Set(texts)
  const apart = distinct.size === texts.length && selectors.every(({ text, exact }) => exact && !covers(distinct, text, false))
  return { name, selectors, ascending: apart ? selectors.toSorted((a, b) => compareUtf8(a.text, b.text)) : undefined }
}

export const isGroupName = (name: string): boolean => /^[a-z][a-z0-9_-]{0,31}$/.test(name)

const compiled = new WeakSet<object>()

/**
 * Compiles which fields are sealed and how. `config` where a part does not fit.
 *
 * @example
 * const policy = fieldPolicy({ groups: { pii: ['/user/*\/email'], pci: ['/card'] } })
 */
export function fieldPolicy(options: FieldPolicyOptions): FieldPolicy {
  if (typeof options !== 'object' || options === null) fail('config', 'a field policy is needed')
  const { fields, groups, detector, authenticate, placeholder = '[sealed]', form = 'bundle', pad = { block: 32 } } = options
  if ((fields === undefined) === (groups === undefined)) {
    if (fields || !detector) fail('config', 'a policy has either fields or groups')
  }
  const list = groups ? Object.entries(groups) : [['', fields ?? []] as const]
  if (groups && (list.length < 1 || list.length > 16 || !list.every(([name]) => isGroupName(name))))
    fail('config', 'a policy has 1 to 16 groups whose names are [a-z][a-z0-9_-]{0,31}')
  if (!list.every(([, selectors]) => Array.isArray(selectors))) fail('config', 'the fields of a policy are lists of selectors')
  const detectorGroup = groups ? options.detectorGroup : ''
  if (detector && (detectorGroup === undefined || (groups && !Object.hasOwn(groups, detectorGroup))))
    fail('config', 'detectorGroup must name the group that takes what the detector finds')
  if (form === 'inline' && (detector || authenticate !== undefined || groups))
    fail('config', 'the inline form takes fields only: no detector, no authenticate, no groups')
  if (typeof placeholder !== 'string') fail('config', 'placeholder is a string')
  if (form !== 'inline' && form !== 'bundle') fail('config', "form is 'bundle' or 'inline'")
  if (form === 'inline' && (options.preview || options.placeholder !== undefined))
    fail('config', 'the inline form leaves no preview and no placeholder')
  if (form === 'bundle' && options.elementIds) fail('config', 'elementIds belong to the inline form')
  if (options.detectorGroup !== undefined && !detector) fail('config', 'detectorGroup needs a detector')
  for (const text of Object.keys(options.plaintext ?? {}))
    if (!list.some(([, selectors]) => selectors.includes(text)))
      fail('config', `plaintext names ${text}, which is no field of the policy`)
  for (const kind of Object.values(options.preview ?? {})) previewOf('', kind)
  paddedLength(0, pad)
  if (authenticate !== undefined && authenticate !== 'all') {
    if (!Array.isArray(authenticate)) fail('config', "authenticate is 'all' or a list of JSON Pointers")
    for (const pointer of authenticate) parsePointer(pointer, 'config')
  }
  const policy: FieldPolicy = Object.freeze({
    form,
    grouped: groups !== undefined,
    groups: list.map(([name, selectors]) => compileGroup(name, selectors)),
    detector,
    detectorGroup: detectorGroup ?? '',
    previews: Object.entries(options.preview ?? {}).map(([selector, kind]) => [compileSelector(selector), kind] as const),
    authenticate: typeof authenticate === 'object' ? Object.freeze([...authenticate]) : authenticate,
    placeholder,
    elementIds: Object.entries(options.elementIds ?? {}).map(([array, id]) => [parsePointer(array, 'config'), id] as const),
    plaintext: { ...options.plaintext },
    pad: typeof pad === 'object' ? { ...pad } : pad,
  })
  compiled.add(policy)
  return policy
}

const MAX_KEPT = 64
const kept = new Map<string, FieldPolicy>()

/** A policy as given, or its plain options compiled once and kept by content. */
export function policyOf(policy: FieldPolicy | FieldPolicyOptions): FieldPolicy {
  if (compiled.has(policy)) return policy as FieldPolicy
  const options = policy as FieldPolicyOptions
  if (typeof options !== 'object' || options === null) fail('config', 'a field policy is needed')
  // What holds functions or dates has no content to go by.
  if (options.detector || options.plaintext) return fieldPolicy(options)
  const id = JSON.stringify(options)
  let found = kept.get(id)
  if (!found) {
    found = fieldPolicy(options)
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(id, found)
  }
  return found
}
