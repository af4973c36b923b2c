import { createSealer, generateKey, type Sealer, staticKeys } from '@waxseal/core'
import type { Inngest, InngestFunction, Middleware } from 'inngest'
import { onTestFinished } from 'vitest'
import { type SealOptions, sealing } from '../src/index.js'
import { type App, type InngestServer, startInngest } from './inngest-server.js'

export const newSealer = (): Sealer => createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

export interface Bench {
  readonly inngest: InngestServer
  readonly client: Inngest
  readonly seal: SealOptions
  serve(...functions: InngestFunction.Any[]): Promise<App>
  /** Serves the functions and lets them work until nothing waits. */
  settle(...functions: InngestFunction.Any[]): Promise<void>
}

/** A server of its own and a client that seals. */
export async function bench(
  options: Partial<SealOptions> = {},
  { checkpointing = false, middleware = [] as Middleware.Class[] } = {},
): Promise<Bench> {
  const inngest = await startInngest({ checkpointing })
  onTestFinished(() => inngest.close())
  const seal: SealOptions = { sealer: newSealer(), app: 'shop', ...options }
  const client = inngest.client('shop', [sealing(seal), ...middleware])
  const serve = (...functions: InngestFunction.Any[]) => inngest.serve(client, functions)
  return { inngest, client, seal, serve, settle: async (...functions) => inngest.settle(await serve(...functions)) }
}
