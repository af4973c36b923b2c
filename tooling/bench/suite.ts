// What is timed on a runtime, with Node's own additions where it is Node.

import { bareWeb } from './bare-web.ts'
import type { Candidate } from './candidate.ts'
import type { Contender } from './contender.ts'
import { BARE, BARE_RAW, BARE_STREAMS, BARE_WEB, OURS } from './names.ts'
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

const LOGS = 'its streams write a line of debugging there for each step'
const NOT_ON_WORKERD = { '@aws-crypto/client-node': LOGS, '@aws-crypto/client-node, unsigned': LOGS }

/** All that a runtime can be compared by; the first contender is what ratios are taken against. */
export async function suite({ only = () => true, web = false, peers = true }: SuiteOptions = {}): Promise<Suite> {
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const { sealer, c20, wrapping } = sealers()
  const others = peers ? await loadPeers(secret, web ? NOT_ON_WORKERD : {}) : { peers: [], missing: [] }
  const base = web ? [await bareWeb(BARE, secret)] : await nodeBaselines(secret)
  const contenders: Contender[] = [...base, ours(sealer), ...variants({ sealer, c20, wrapping }, !web), ...others.peers]
  const candidates: Candidate[] = await workloads(contenders, only)
  if (!web) {
    const { createSecretKey } = await import('node:crypto')
    const { parts } = await import('./parts.ts')
    const added = await parts(sealer, wrapping)
    if ([BARE, BARE_STREAMS, OURS].some((by) => only(`seal a stream: ${by}`) || only(`open a stream: ${by}`)))
      added.unshift(...(await (await import('./streams.ts')).streams(sealer, createSecretKey(secret))))
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
