import {
  type Detector,
  type EnvelopeInfo,
  type FieldPolicyOptions,
  type MaybePromise,
  type Payload,
  type Sealer,
  sealingCodec,
} from '@waxseal/core'
import { type DisclosureCounts, disclose, memberAt } from '../policy/disclose.js'
import type { Policy } from '../policy/policy.js'
import { type Admission, createAdmission } from './admission.js'
import { andThen, atOnce } from './at-once.js'
import { type CodecCall, counted, type Outcome, outcomeOf, type Tally } from './codec-call.js'
import { type Document, openBundles } from './document.js'
import { disclosePayload } from './payload.js'
import { type Pairs, type Surface, type Surfaces, surfaceOf } from './place.js'

export interface OpenerOptions {
  readonly sealer: Sealer
  readonly policy: Policy
  readonly detector?: Detector | undefined
  readonly surfaces: Surfaces
  readonly scope?: ((context: Pairs, namespace: string | undefined) => string | undefined) | undefined
}

/** Something opened, as far as the caller may see it. */
export interface Opened<T = unknown> {
  readonly value: T
  readonly outcome: Outcome
  readonly info?: EnvelopeInfo | undefined
  readonly context: Pairs
  /** Of a document: where its fields stand now. */
  readonly restored?: readonly string[] | undefined
}

/** Where a field stands that is sealed inline. */
export interface Field {
  readonly document: unknown
  readonly pointer: string
  readonly elementIds: FieldPolicyOptions['elementIds']
}

/** Opens for callers: policy first, then the key, then as much of it as they may see. */
export interface Opener {
  readonly sealer: Sealer
  readonly admission: Admission
  /** What the request names; `malformed` for a surface that is not configured. */
  surfaceOf(call: CodecCall): Surface | undefined
  /** A value, in the string or the binary form. */
  openValue(call: CodecCall, sealed: string | Uint8Array, tally: Tally): Promise<Opened>
  /** A field of a document that is sealed where it stands. */
  openField(call: CodecCall, field: Field, sealed: string, tally: Tally): Promise<Opened>
  /** A document with `$wax` at its root. */
  openDocument(call: CodecCall, document: Document, tally: Tally): Promise<Opened>
  /** A payload of Temporal whose data is an envelope; gives the payload that was sealed. */
  openPayload(call: CodecCall, payload: Payload, tally: Tally): MaybePromise<Opened<Payload>>
  /** A payload that another system's codec opens, once the caller is known to be allowed to. */
  openForeign(call: CodecCall, open: () => Promise<Payload>, tally: Tally): Promise<Opened<Payload>>
}

/** Notes for the trail what was opened, and gives what became of it. */
function shown(tally: Tally, said: string, counts: DisclosureCounts): Outcome {
  tally.contexts.add(said)
  return counted(tally, outcomeOf(counts))
}

export function createOpener({ sealer, policy, detector, surfaces, scope }: OpenerOptions): Opener {
  const admission = createAdmission({ sealer, policy, surfaces, scope })

  return {
    sealer,
    admission,
    surfaceOf: ({ claim }) => surfaceOf(claim, surfaces),

    async openValue(call, sealed, tally) {
      const { opening, grant, info, context, said } = admission.admit(call, sealed, tally)
      const opened = await atOnce(
        () => sealer.openSync<unknown>(sealed as string, opening),
        () => sealer.open<unknown>(sealed as string, { ...opening, signal: call.signal }),
      )
      const { value, counts } = await disclose(opened, [{ pointer: '', grant }], detector)
      return { value, outcome: shown(tally, said, counts), info, context }
    },

    async openField(call, { document, pointer, elementIds }, sealed, tally) {
      const { opening, grant, info, context, said } = admission.admit(call, sealed, tally)
      const fields = { fields: [pointer], elementIds, form: 'inline' as const }
      const restored = await sealer.openFields(document as object, fields, { ...opening, signal: call.signal })
      // Alone, but where it stands: rules name pointers, and names tell types.
      const alone = standing(pointer, memberAt(restored, pointer))
      const { value, counts } = await disclose(alone, [{ pointer, grant }], detector)
      return { value: memberAt(value, pointer), outcome: shown(tally, said, counts), info, context }
    },

    async openDocument(call, document, tally) {
      const policy = surfaceOf(call.claim, surfaces)?.policy
      const { value: restored, regions, first } = await openBundles({ sealer, admission }, call, document, tally, policy)
      const { value, counts } = await disclose(restored, regions, detector)
      return {
        value,
        outcome: shown(tally, first.said, counts),
        info: first.info,
        context: first.context,
        restored: regions.map(({ pointer }) => pointer),
      }
    },

    openPayload(call, payload, tally) {
      const { opening, grant, info, context, said } = admission.admit(call, payload.data ?? new Uint8Array(), tally)
      const codec = sealingCodec(sealer, { context, scope: opening.scope })
      const decoded = atOnce(
        () => codec.decodeSync([payload]),
        () => codec.decode([payload]),
      )
      const disclosed = andThen(decoded, ([inner]) => disclosePayload(inner!, grant, detector))
      return andThen(disclosed, ({ payload: value, counts }) => ({
        value,
        outcome: shown(tally, said, counts),
        info,
        context,
      }))
    },

    async openForeign(call, open, tally) {
      const { context, said, grant } = admission.grantForeign(call, tally)
      const { payload: value, counts } = await disclosePayload(await open(), grant, detector)
      return { value, outcome: shown(tally, said, counts), context }
    },
  }
}

/** A value within what its pointer goes through, and nothing else. */
function standing(pointer: string, value: unknown): unknown {
  const names = pointer.split('/').slice(1)
  return names.reduceRight<unknown>(
    (inner, name) => Object.fromEntries([[name.replaceAll('~1', '/').replaceAll('~0', '~'), inner]]),
    value,
  )
}
