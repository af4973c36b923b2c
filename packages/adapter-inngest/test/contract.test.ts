import { type ContractSeal, type Handler, type QueueUnderTest, queueAdapterContract } from '@waxseal/conformance/contracts'
import type { Inngest } from 'inngest'
import * as oldestSdk from 'inngest-4.18'
import * as oldestNode from 'inngest-4.18/node'
import { describe, it } from 'vitest'
import { createReader, sealing } from '../src/index.js'
import { type Host, startInngest } from './inngest-server.js'

// An event of a type and the function for it: `queue-pay` is the full id of the function `pay` of the client `queue`.
const TYPES = ['queue-pay', 'queue-mail'] as const

// The types of two versions have nothing in common, the values do.
const oldest = { Inngest: oldestSdk.Inngest, serve: oldestNode.serve } as unknown as Host

for (const [name, checkpointing, host] of [
  ['Inngest', false, undefined],
  ['Inngest with checkpoints', true, undefined],
  ['Inngest 4.18 with checkpoints', true, oldest],
] as const)
  queueAdapterContract({
    describe,
    it,
    harness: {
      name,
      types: TYPES,
      removesJobs: false,
      async create() {
        const inngest = await startInngest({ checkpointing, ...(host ? { host } : {}) })

        function functionsOf(client: Inngest, handler: Handler) {
          return TYPES.map((type) =>
            client.createFunction({ id: type.slice('queue-'.length), triggers: { event: type } }, ({ event, step }) => {
              // A function begins again with every step, unless there are checkpoints.
              const write = { 'the result of a step': (text: string) => step.run('step', () => ({ text })) }
              return handler({ type, data: event.data, ...(checkpointing ? { write } : {}) })
            }),
          )
        }

        function queueOf(seal?: ContractSeal): QueueUnderTest {
          const client = inngest.client('queue', seal && [sealing(seal)])
          const reader = seal && createReader(seal)
          return {
            ways: {
              send: (name, data) => client.send({ name, data }),
              'send several': (name, data) => client.send([{ name, data }]),
            },
            sendOnce: (name, data, id) => client.send({ name, data, id }),
            async work(handler) {
              const served = inngest.client('queue', seal && [sealing(seal)])
              await inngest.settle(await inngest.serve(served, functionsOf(served, handler)))
            },
            outcomes: () =>
              Promise.all(
                inngest.runs.map(async ({ functionId, state, output, events }) => {
                  const data = events[0]!.data
                  if (state === 'done')
                    return {
                      type: functionId,
                      state,
                      result: reader ? await reader.openResult(functionId, output, data) : output,
                    }
                  const error = reader ? await reader.openError(functionId, output as Error, data) : (output as Error)
                  return { type: functionId, state, error: { message: error.message } }
                }),
              ),
          }
        }

        return {
          adapter: queueOf,
          host: () => queueOf(),
          stored: async () => inngest.pending.map(({ data }) => JSON.stringify(data)),
          async alter(change) {
            for (const event of inngest.pending) event.data = JSON.parse(change(JSON.stringify(event.data), event.name))
          },
          dump: () => inngest.dump(),
          close: () => inngest.close(),
        }
      },
    },
  })
