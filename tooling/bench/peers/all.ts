import type { Contender, Peer } from '../contender.ts'

/** Every peer's module, loaded only where it is asked for; each under the packages that it is made of. */
const PEERS: Readonly<Record<string, () => Promise<Peer>>> = {
  '@temporalio/proto': async () => (await import('./temporal.ts')).temporalSample,
  '@aws-crypto/client-node': async () => (await import('./aws.ts')).aws(true),
  '@aws-crypto/client-node, unsigned': async () => (await import('./aws.ts')).aws(false),
  '@47ng/cloak': async () => (await import('./cloak.ts')).cloak,
  jose: async () => (await import('./jose.ts')).jose,
  '@inngest/middleware-encryption': async () => (await import('./inngest.ts')).inngest,
  'prisma-field-encryption': async () => (await import('./prisma.ts')).prisma,
}

/** Those that run on this runtime, and why the others do not; `left`: which are left out, and why. */
export async function loadPeers(
  secret: Uint8Array,
  left: Readonly<Record<string, string>> = {},
): Promise<{ peers: Contender[]; missing: string[] }> {
  const peers: Contender[] = []
  const missing: string[] = []
  for (const [name, load] of Object.entries(PEERS)) {
    try {
      if (left[name]) throw new Error(left[name])
      const peer = await (await load())(secret)
      await peer.open((await peer.seal('probe')) as never)
      peers.push(peer)
    } catch (error) {
      missing.push(`${name}: ${String((error as Error)?.message ?? error).split('\n')[0]}`)
    }
  }
  return { peers, missing }
}
