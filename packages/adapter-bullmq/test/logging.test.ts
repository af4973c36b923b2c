import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { expect, it } from 'vitest'
import type { Host } from '../src/host.js'
import { sealedJobClass } from '../src/job.js'
import { createJobSealing } from '../src/job-sealing.js'
import { register } from '../src/sealings.js'

it('a row of the log is sealed even where Redis says that there is no such job', async () => {
  const rows: string[] = []
  class Job {
    readonly id = '7'
    static fromId = async () => undefined
    static addJobLog = async (_queue: object, _id: string, row: string) => rows.push(row)
  }
  const queue = { name: 'payments' }
  const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
  register(queue, Promise.resolve(createJobSealing({ sealer, app: 'shop' })))
  await sealedJobClass({ Job } as unknown as Host).addJobLog(queue, '7', 'card 4242')
  expect(rows).toEqual([expect.stringMatching(/^wax1\./)])
})
