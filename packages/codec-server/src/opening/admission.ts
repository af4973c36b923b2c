import { type EnvelopeInfo, type Sealer, type StoredContext, WaxsealError } from '@waxseal/core'
import type { Grant, Policy, Subject } from '../policy/policy.js'
import type { CodecCall, Tally } from './codec-call.js'
import { claimedContext, type Pairs, type Surfaces } from './place.js'

export interface AdmissionOptions {
  readonly sealer: Pick<Sealer, 'inspect'>
  readonly policy: Policy
  readonly surfaces: Surfaces
  /** Whose key, by context and namespace, where a request does not say so. */
  readonly scope?: ((context: Pairs, namespace: string | undefined) => string | undefined) | undefined
}

/** Where an envelope belongs whose caller may open it, in whole or in part. */
export interface Place {
  readonly context: Pairs
  /** The context as the trail has it. */
  readonly said: string
  readonly grant: Grant
  /** How to open it. A stored context is what was judged; that it is the true one is shown by opening under it. */
  readonly opening: { readonly context: Pairs | StoredContext; readonly scope: string | undefined }
}

/** An envelope that a caller may open. */
export interface Admitted extends Place {
  readonly info: EnvelopeInfo
}

/** Decides, before any key is used, whether a caller may open something. */
export interface Admission {
  /** `access_denied`; `context_required` where neither the envelope nor the request says where it belongs; what `inspect` throws. */
  admit(call: CodecCall, sealed: string | Uint8Array, tally: Tally, group?: string): Admitted
  /** The same of what another system encrypted: nothing is known of its place but the namespace that the request names. */
  grantForeign(call: CodecCall, tally: Tally): Pick<Place, 'context' | 'said' | 'grant'>
  /** `access_denied` where the caller may not seal there. */
  admitSealing(call: CodecCall, context: Pairs, tally: Tally): { readonly context: Pairs; readonly scope: string | undefined }
}

const denied = (): never => {
  throw new WaxsealError('access_denied', 'this caller may not do that')
}

export function createAdmission({ sealer, policy, surfaces, scope: scopeOf }: AdmissionOptions): Admission {
  function subjectOf(call: CodecCall, context: Pairs, group?: string): Subject {
    // The context's alone: opening proves that, and nothing proves what the request says.
    const namespace = Object.hasOwn(context, 'namespace') ? context.namespace : undefined
    if (namespace !== undefined && call.namespace !== undefined && call.namespace !== namespace) denied()
    return { namespace, context, scope: call.claim.scope ?? scopeOf?.(context, namespace), group, show: call.show }
  }

  /**
   * What was judged, for the trail: what is granted apart from what is refused, and both apart from what is opened, since an envelope may
   * say anything of where it belongs.
   */
  function judged<T>(tally: Tally, said: string, verdict: T | undefined): T {
    ;(verdict ? tally.granted : tally.refused).add(said)
    return verdict ?? denied()
  }

  /** Payloads of one call mostly belong to one place, which is judged once; a stored context that repeats is the same object. */
  const places = new WeakMap<CodecCall, Map<Pairs, Place>>()

  function placeOf(call: CodecCall, stored: Pairs | null, tally: Tally, group: string | undefined): Place {
    const context = stored ?? claimedContext(call.claim, surfaces)
    if (!context) throw new WaxsealError('context_required', 'the envelope stores no context, and the request names none')
    const subject = subjectOf(call, context, group)
    const said = JSON.stringify(context)
    const grant = judged(tally, said, policy.grantFor(call.caller, subject))
    return { context, said, grant, opening: { context: stored ? { stored: 'any' } : context, scope: subject.scope } }
  }

  function knownPlace(call: CodecCall, stored: Pairs, tally: Tally): Place {
    const known = places.get(call) ?? new Map<Pairs, Place>()
    places.set(call, known)
    const place = known.get(stored) ?? placeOf(call, stored, tally, undefined)
    known.set(stored, place)
    return place
  }

  return {
    admit(call, sealed, tally, group) {
      const info = sealer.inspect(sealed)
      tally.kids.add(info.kid)
      const isPlain = group === undefined && info.context !== null
      const place = isPlain ? knownPlace(call, info.context, tally) : placeOf(call, info.context, tally, group)
      return { info, ...place }
    },
    grantForeign(call, tally) {
      const context = call.namespace === undefined ? {} : { namespace: call.namespace }
      const subject = { ...subjectOf(call, context), scope: undefined, foreign: true }
      const said = JSON.stringify(context)
      return { context, said, grant: judged(tally, said, policy.grantFor(call.caller, subject)) }
    },
    admitSealing(call, context, tally) {
      // Whose key, is not for the caller to say: each new scope would make a key.
      const subject = subjectOf({ ...call, claim: {} }, context)
      const said = JSON.stringify(context)
      judged(tally, said, policy.maySeal(call.caller, subject) || undefined)
      tally.contexts.add(said)
      return { context, scope: subject.scope }
    },
  }
}
