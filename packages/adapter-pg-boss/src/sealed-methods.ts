import { memberOf } from '@waxseal/adapter-kit'
import type { Db, HostMethod, HostMethods } from './host.js'
import { createPayloads } from './payloads.js'
import { readingMethods } from './reading.js'
import { createRemoval } from './removal.js'
import { checkedSchema } from './schema-name.js'
import type { SealOptions } from './seal-options.js'
import { createSendOptions } from './send-options.js'
import { sendingMethods } from './sending.js'
import { createSettling } from './settle.js'
import { sealedWork } from './worker.js'

/** The methods of pg-boss that carry payloads, sealed. `config` for options that do not fit. */
export function sealedMethods(seal: SealOptions, host: HostMethods, schema: string): HostMethods {
  checkedSchema(schema)
  const payloads = createPayloads(seal)
  const removal = createRemoval(seal.retention, host)
  const sendOptions = createSendOptions(payloads, removal)
  const getDb = (): Db => (host.getDb as unknown as () => Db)()
  const perJob = [seal.app, seal.scope, seal.write].some((setting) => typeof setting === 'function')
  const settling = createSettling(payloads, host, getDb, schema, perJob)
  const checked =
    (method: HostMethod): HostMethod =>
    async (queue, options, ...rest) => {
      payloads.types.checkDeadLetter(queue as string, memberOf(options, 'deadLetter'))
      return method(queue, removal.ofQueue(options), ...rest)
    }
  return {
    ...sendingMethods(payloads, sendOptions, host, getDb, schema),
    ...readingMethods(payloads, sendOptions, settling, host),
    work: sealedWork(host.work!, payloads, settling),
    complete: settling.complete,
    fail: settling.fail,
    createQueue: checked(host.createQueue!),
    updateQueue: checked(host.updateQueue!),
  }
}
