import { WaxsealError } from '@waxseal/core'
import { type Layout, type LayoutReader, memberOf } from './layout.js'
import { readOjsJob, readOjsValue } from './ojs.js'
import type { OjsReadOptions } from './ojs-encryption.js'
import { firstOf, isOjsEncoded, KEY_ID, LEGACY, type OjsJob, ojsFormOf, PATHS, withoutOjsCodecMeta } from './ojs-job.js'
import { decodeOjsMembers } from './ojs-paths.js'
import { type OjsPayload, ojsPayloadDialectOf, readOjsPayload } from './ojs-payload.js'

const isJob = (value: unknown): value is OjsJob => memberOf(value, 'args') !== undefined && ojsFormOf(value as OjsJob) !== 'plain'

const isPayload = (value: unknown): value is OjsPayload =>
  typeof memberOf(value, 'data') === 'string' &&
  typeof memberOf(value, 'metadata') === 'object' &&
  ojsPayloadDialectOf(value as OjsPayload) !== undefined

const keyIdIn = (value: unknown): unknown => {
  const [first = value] = isJob(value) && Array.isArray(value.args) ? value.args : [value]
  const metadata = memberOf(first, 'metadata')
  return firstOf(memberOf(value, 'meta'), [KEY_ID, ...LEGACY.keyIds]) ?? firstOf(metadata, ['encryption_key_id', 'ojs_key_id'])
}

export const ojsLayout: Layout = {
  name: 'ojs',
  commits: false,
  detects: (value) => isJob(value) || isOjsEncoded(value) || isPayload(value),
  keyIdOf(value) {
    const id = keyIdIn(value)
    return typeof id === 'string' ? id : undefined
  },
}

/**
 * Reads all that Open Job Spec has: a job gives the job with its args decoded, a marked value what it holds, a payload of the codec
 * server the payload decoded. Throws what `readOjsJob`, `readOjsValue` and `readOjsPayload` throw.
 *
 * @example
 * const { args } = await ojs({ keys }).open(job)
 */
export function ojs(options: OjsReadOptions): LayoutReader {
  if (typeof options.keys?.getKey !== 'function') throw new WaxsealError('config', 'keys is a key provider of OJS')
  return Object.freeze({
    ...ojsLayout,
    async open(stored: unknown) {
      if (isJob(stored)) {
        if (ojsFormOf(stored) === 'whole') return readOjsJob(stored, options)
        const decode = (encoded: unknown) => readOjsValue(encoded, options)
        const args = await decodeOjsMembers(stored.args, memberOf(stored.meta, PATHS), decode)
        return { ...stored, args, meta: withoutOjsCodecMeta(stored.meta) }
      }
      return isPayload(stored) ? readOjsPayload(stored, options) : readOjsValue(stored, options)
    },
  })
}
