import { type FieldPolicy, type FieldPolicyOptions, WaxsealError } from '@waxseal/core'
import { contextOf, openingContext, type Surface } from './context.js'
import { describeFailure, SealedJobError } from './job-error.js'
import type { SealOptions } from './seal-options.js'

/** The member that holds a value that is sealed as a whole: the host's columns take objects only. */
const SEALED = '$sealed'

/** Seals and opens the parts of jobs. Knows sealed parts by where they are stored, never by their shape. */
export interface JobSeal {
  sealData(queue: string, data: unknown): Promise<object>
  openData(queue: string, stored: unknown): Promise<unknown>
  sealOutput(queue: string, output: unknown): Promise<object>
  openOutput(queue: string, stored: unknown, surface: 'output' | 'error'): Promise<unknown>
  /** What may be stored of a failure; never throws. */
  sealFailure(queue: string, failure: unknown): Promise<SealedJobError>
}

export function createJobSeal(options: SealOptions): JobSeal {
  const { sealer, policy, scope, plaintext, errors = 'sealed', storeContext = true } = options

  const policyOf = (queue: string): FieldPolicy | FieldPolicyOptions | undefined => (typeof policy === 'function' ? policy(queue) : policy)

  const scopeOf = (queue: string, data: unknown) => (typeof scope === 'function' ? scope({ queue, data }) : scope)

  /** As the host would store it: dates as text, undefined members gone. */
  function hostJson(value: unknown): unknown {
    const text = JSON.stringify(value)
    return text === undefined ? null : JSON.parse(text)
  }

  async function sealWhole(queue: string, surface: Surface, value: unknown): Promise<object> {
    const json = hostJson(value)
    const context = contextOf({ name: queue }, surface, options)
    return { [SEALED]: await sealer.seal({ value: json }, { context, scope: scopeOf(queue, null), storeContext }) }
  }

  async function openWhole(queue: string, surface: Surface, stored: unknown): Promise<unknown> {
    const envelope = envelopeOf(stored)
    const context = openingContext(sealer, queue, surface, options, envelope)
    const opened = await sealer.open<unknown>(envelope === undefined ? (stored as string) : envelope, { context, scope: scopeOf(queue, null), plaintext })
    return envelope === undefined ? opened : (opened as { value: unknown }).value
  }

  return Object.freeze({
    async sealData(queue: string, data: unknown) {
      const fields = policyOf(queue)
      if (!fields) return sealWhole(queue, 'data', data)
      const json = hostJson(data)
      const context = contextOf({ name: queue }, 'data', options)
      return sealer.sealFields(json, fields, { context, scope: scopeOf(queue, json), storeContext })
    },
    async openData(queue: string, stored: unknown) {
      const fields = policyOf(queue)
      if (!fields) return openWhole(queue, 'data', stored)
      const wax = typeof stored === 'object' && stored !== null && Object.hasOwn(stored, '$wax') ? (stored as { $wax: unknown }).$wax : undefined
      const first = typeof wax === 'object' && wax !== null ? Object.values(wax).find((member) => String(member).startsWith('wax')) : wax
      const context = openingContext(sealer, queue, 'data', options, first)
      return sealer.openFields(stored as Record<string, unknown>, fields, { context, scope: scopeOf(queue, stored), plaintext })
    },
    sealOutput: (queue: string, output: unknown) => sealWhole(queue, 'output', output),
    openOutput: (queue: string, stored: unknown, surface: 'output' | 'error') => openWhole(queue, surface, stored),
    async sealFailure(queue: string, failure: unknown) {
      if (failure instanceof SealedJobError) return failure
      const code = WaxsealError.is(failure) ? failure.code : undefined
      if (errors === 'dropped') return new SealedJobError({ code })
      try {
        const { [SEALED]: sealed } = (await sealWhole(queue, 'error', describeFailure(failure))) as { [SEALED]: string }
        return new SealedJobError({ code, sealed })
      } catch {
        // Sealing is what failed, perhaps: then the details are lost, and stay secret.
        return new SealedJobError({ code })
      }
    },
  })
}

function envelopeOf(stored: unknown): string | undefined {
  if (typeof stored !== 'object' || stored === null || !Object.hasOwn(stored, SEALED)) return undefined
  const envelope = (stored as { [SEALED]: unknown })[SEALED]
  if (typeof envelope !== 'string') throw new WaxsealError('malformed', `${SEALED} is no string`)
  return envelope
}
