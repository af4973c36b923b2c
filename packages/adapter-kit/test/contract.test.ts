import { queueAdapterContract } from '@waxseal/conformance/contracts'
import { describe, expect, it } from 'vitest'
import { arrayBench, type Fault } from './array-queue.js'

queueAdapterContract({ describe, it, harness: { name: 'an array', create: () => arrayBench() } })

/** The names of the tests of the contract that fail. */
async function broken(fault: Fault): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = []
  queueAdapterContract({
    describe: (_, body) => body(),
    it: (name, run) => tests.push([name, run]),
    harness: { name: 'faulty', create: () => arrayBench(fault) },
  })
  const failed: string[] = []
  for (const [name, run] of tests) await run().catch(() => failed.push(name))
  return failed
}

describe('the contract finds an adapter that', () => {
  it.each<[Fault, RegExp]>([
    ['stores results in clear', /no plaintext anywhere/],
    ['stores messages of errors', /no plaintext anywhere/],
    ['keeps details though they are to be scrubbed', /scrubbed/],
    ['seals fixed bytes', /differently each time/],
    ['seals a job again when it is tried again', /seals it once/],
    ['opens any type', /another type/],
    ['hands on what does not open', /was damaged/],
    ['tries poison again', /refuses for good/],
    ['drops poison', /refuses for good/],
    ['gives up when the key service is down', /key service is down/],
    ['seals without seal', /the same bytes/],
    ['ignores windows', /while a window is open/],
    ['ignores write', /writes as the host does/],
    ['ignores scopes', /rotated/],
    ['loses a member', /as it was given/],
    ['tells nothing of what it refuses', /never opens/],
    ['tells of jobs by name', /never opens/],
    ['tells nothing of what it defers', /may open later/],
    ['tells nothing of details that it drops', /cannot be sealed, and tells/],
    ['fails where a listener does', /where onEvent throws/],
    ['carries contexts though it must not', /no context where/],
    ['carries no context', /for dashboards/],
    ['stores keys as they are given', /keyed hashes/],
    ['hashes a key differently each time', /keyed hashes/],
    ['keeps jobs for ever', /how long to keep/],
  ])('%s', async (fault, test) => {
    expect((await broken(fault)).join('\n')).toMatch(test)
  })
})
