// What is timed on a runtime, with Node's own additions where it is Node.

import { bareWeb } from './bare-web.ts'
import type { Candidate } from './candidate.ts'
import type { Contender } from './contender.ts'
import { BARE, BARE_RAW, BARE_WEB } from './names.ts'
import { ours, sealers, variants } from './ours.ts'
import { loadPeers } from './peers/all.ts'
import { workloads } from './workloads.ts'

export interface Suite {
  readonly candidates: readonly Candidate[]
  /** Peers that do not run here, and why. */
  readonly missing: readonly string[]
}

export interface SuiteOptions {
  /** Candidates by their name, `work: by`. */
  readonly only?: (name: string) => boolean
  /** Where node:crypto is not what Waxseal itself has there. */
  readonly web?: boolean
  /** Without other libraries. */
  readonly peers?: boolean
}

/** All that a runtime can be compared by; the first contender is what ratios are taken against. */
export async function suite({ only = () => true, web = false, peers = true }: SuiteOptions = {}): Promise<Suite> {
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const { sealer, c20, wrapping } = sealers()
  const others = peers ? await loadPeers(secret) : { peers: [], missing: [] }
  const base = web ? [await bareWeb(BARE, secret)] : await nodeBaselines(secret)
  const contenders: Contender[] = [...base, ours(sealer), ...variants({ sealer, c20, wrapping }, !web), ...others.peers]
  const candidates: Candidate[] = await workloads(contenders, only)
  if (!web) {
    const { createSecretKey } = await import('node:crypto')
    const { streams } = await import('./streams.ts')
    const { parts } = await import('./parts.ts')
    const added = [...(await streams(sealer, createSecretKey(secret))), ...(await parts(sealer, wrapping))]
    candidates.push(...added.filter(({ work, by }) => only(`${work}: ${by}`)))
  }
  return { candidates, missing: others.missing }
}

async function nodeBaselines(secret: Uint8Array): Promise<Contender[]> {
  const { createSecretKey } = await import('node:crypto')
  const { bare } = await import('./bare.ts')
  return [
    bare(BARE, createSecretKey(secret)),
    { ...bare(BARE_RAW, secret), only: ['32 B', '1 KiB', '64 KiB', '10 fields'] },
    await bareWeb(BARE_WEB, secret),
  ]
}
