import type { Payload as HostPayload } from '@temporalio/common'
import type { Payload } from '@waxseal/core'

/** A payload of Temporal's SDK, which counts in objects where JavaScript has no integers of 64 bits. */
export function fromHost({ metadata, data, externalPayloads }: HostPayload): Payload {
  const sizes = externalPayloads?.map(({ sizeBytes }) => ({ sizeBytes: BigInt(String(sizeBytes ?? 0)) }))
  return { metadata, data, ...(sizes?.length ? { externalPayloads: sizes } : {}) }
}

/** The other way; Temporal's encoder takes numbers too. */
export function toHost({ metadata = null, data = null, externalPayloads }: Payload): HostPayload {
  const sizes = externalPayloads?.map(({ sizeBytes }) => ({ sizeBytes: Number(sizeBytes) as never }))
  return { metadata, data, ...(sizes?.length ? { externalPayloads: sizes } : {}) }
}
