import {
  asJson,
  createPayloads,
  type Payloads,
  type SealCall,
  type SealedJob,
  type Surface,
  settingOf,
} from '@waxseal/adapter-kit'
import { createSealer, generateKey, SEALED_ENCODING, type Sealer, staticKeys, WaxsealError } from '@waxseal/core'
import {
  decodeOjsMembers,
  encodeOjsMembers,
  hasOjsPath,
  isOjsEncoded,
  type OjsEncoded,
  ojsFormOf,
  parseOjsPath,
  readOjsJob,
  readOjsValue,
  withoutOjsCodecMeta,
  writeOjsJob,
  writeOjsValue,
} from '@waxseal/formats'
import { memberContext } from './context.js'
import { isEnvelope, openValue, sealValue, storedJob } from './envelopes.js'
import type { HostJob } from './host.js'
import type { SealOptions } from './seal-options.js'
import { sealUnique } from './unique.js'

const ENCODINGS = 'ojs.codec.encodings'
const KEY_ID = 'ojs.codec.key_id'
const PATHS = 'ojs.codec.paths'

/** Carries what OJS stores of jobs to the sealer or the keys, and back. */
export interface Sealing {
  readonly payloads: Payloads
  infoOf(job: HostJob): SealedJob
  /** The job as it is to be stored. */
  sealJob<Job extends HostJob>(job: Job): Promise<Job>
  /** The job with its args opened, without the members of `meta` that tell how they were sealed. */
  openJob<Job extends HostJob>(job: Job): Promise<Job>
  sealResult(job: HostJob, result: unknown): Promise<unknown>
  openResult(job: HostJob, stored: unknown): Promise<unknown>
  /** The result of another job, whose type its envelope tells. */
  openParentResult(job: HostJob, stored: unknown): Promise<unknown>
}

const WRITES = ['sealed', 'spec', 'js', 'blob', 'plaintext']

const config = (message: string): never => {
  throw new WaxsealError('config', message)
}

/** Opens nothing; decides on migration windows where there is no other sealer. Made when it is first needed: keys take randomness. */
function onlyWindows(): Pick<Sealer, 'seal' | 'open'> {
  let made: Sealer | undefined
  const sealer = () => {
    made ??= createSealer({ keys: staticKeys([{ kid: 'none', key: generateKey() }]), mode: 'open-only' })
    return made
  }
  return {
    seal: ((...call: Parameters<Sealer['seal']>) => sealer().seal(...call)) as Sealer['seal'],
    open: ((...call: Parameters<Sealer['open']>) => sealer().open(...call)) as Sealer['open'],
  }
}

/** `config` for options that do not fit. */
export function createSealing(options: SealOptions): Sealing {
  const { sealer, keys, compress, storeContext = true, maxBytes, write = sealer ? 'sealed' : 'spec' } = options
  if (!sealer && typeof keys?.getKey !== 'function') config('a sealer or keys must be given')
  const payloads = createPayloads({
    ...options,
    sealer: sealer ?? (onlyWindows() as Sealer),
    app: sealer ? options.app! : 'none',
    errors: sealer ? options.errors : 'scrub',
    storeContext,
    write: (job) => (writeOf(job) === 'plaintext' ? 'plaintext' : 'sealed'),
  })
  if (typeof write !== 'function') writeOf({ name: '' })

  const infoOf = ({ type, queue, args }: HostJob): SealedJob => ({ name: type, queue, data: args })

  function writeOf(info: SealedJob) {
    const form = settingOf(write, info)
    if (!WRITES.includes(form)) config('write is sealed, spec, js, blob or plaintext')
    if (form === 'sealed' && !sealer) config('write: sealed needs a sealer')
    if (form !== 'sealed' && form !== 'plaintext' && !keys) config(`write: ${form} needs keys`)
    return form
  }

  function callOf(info: SealedJob, surface: Surface, path?: string): SealCall {
    const { context, scope } = payloads.callOf(info, surface)
    return { context: memberContext(context, path), scope }
  }

  const writing = (info: SealedJob) => ({ keys: keys!, keyId: settingOf(options.keyId, info), compress })

  async function encode(info: SealedJob, surface: Surface, value: unknown, path?: string): Promise<OjsEncoded> {
    return writeOf(info) === 'sealed'
      ? sealValue(sealer!, value, callOf(info, surface, path), storeContext)
      : writeOjsValue(value, writing(info))
  }

  const reading = () => {
    if (!keys) throw new WaxsealError('key_not_found', 'keys for the forms of OJS are not given')
    return { keys, maxBytes }
  }

  async function decode(info: SealedJob, surface: Surface, encoded: unknown, path?: string): Promise<unknown> {
    if (!isEnvelope(encoded)) return readOjsValue(encoded, reading())
    if (!sealer) throw new WaxsealError('key_not_found', 'a sealer is not given')
    return openValue(sealer, encoded, callOf(info, surface, path))
  }

  const pathsOf = (info: SealedJob): readonly string[] | undefined => settingOf(options.paths, info)

  async function openMembers(info: SealedJob, job: HostJob): Promise<unknown> {
    const configured = pathsOf(info)
    // Who seals all args takes no job that leaves some in clear.
    if (!configured) throw new WaxsealError('plaintext_rejected', 'the job is in clear, but for some members')
    const listed: unknown = job.meta?.[PATHS]
    const required = configured.filter((path) => hasOjsPath(job.args, path))
    if (!Array.isArray(listed) || !required.every((path) => listed.includes(path)))
      throw new WaxsealError('field_not_sealed', 'a member that must be sealed is in clear')
    return decodeOjsMembers(job.args, listed, (encoded, path) => decode(info, 'data', encoded, path))
  }

  async function openArgs(info: SealedJob, job: HostJob): Promise<unknown> {
    const form = ojsFormOf(job)
    if (form === 'plain') return payloads.openData(info)
    if (form === 'members') return openMembers(info, job)
    const [only, ...more] = Array.isArray(job.args) ? job.args : []
    return isEnvelope(only) && more.length === 0 ? decode(info, 'data', only) : (await readOjsJob(job, reading())).args
  }

  /** Passes what is sealed already, where it opens: a mark alone would let plaintext through. */
  async function expectSealed(info: SealedJob, job: HostJob): Promise<void> {
    await openArgs(info, job).catch((error) => {
      if (WaxsealError.is(error) && error.retryable) throw error
      throw new WaxsealError('already_sealed', 'the job is marked as encoded and does not open')
    })
  }

  async function sealArgs(info: SealedJob, job: HostJob): Promise<Pick<HostJob, 'args' | 'meta'>> {
    const paths = pathsOf(info)
    const form = writeOf(info)
    if (paths) {
      const members = await encodeOjsMembers(info.data, paths, (value, path) => encode(info, 'data', value, path))
      const encodings = [form === 'sealed' ? SEALED_ENCODING : 'binary/encrypted']
      const meta = { ...withoutOjsCodecMeta(job.meta), [ENCODINGS]: encodings, [PATHS]: members.paths }
      return { args: members.args, meta: { ...meta, ...keyIdOf(members.args, members.paths) } }
    }
    if (form !== 'sealed' && form !== 'plaintext')
      return writeOjsJob({ args: info.data, meta: job.meta }, { ...writing(info), dialect: form })
    const encoded = await encode(info, 'data', info.data)
    const meta = { [ENCODINGS]: [SEALED_ENCODING], [KEY_ID]: encoded.metadata?.encryption_key_id }
    return { args: [encoded], meta: { ...withoutOjsCodecMeta(job.meta), ...meta } }
  }

  async function openResult(job: HostJob, stored: unknown): Promise<unknown> {
    const info = infoOf(job)
    if (isOjsEncoded(stored)) return decode(info, 'result', stored)
    return settingOf(options.results, info) === 'plaintext' ? stored : payloads.openValue(info, 'result', stored)
  }

  return Object.freeze<Sealing>({
    payloads,
    infoOf,

    async sealJob<Job extends HostJob>(job: Job): Promise<Job> {
      const info: SealedJob = { ...infoOf(job), data: asJson(job.args) }
      if (payloads.isPlain(info)) return job
      if (ojsFormOf(job) !== 'plain') {
        await expectSealed(info, job)
        return job
      }
      const { dedup } = options
      const sealedPaths = pathsOf(info)?.map((path) => parseOjsPath(path))
      const isSealed = (name: string) =>
        !sealedPaths || sealedPaths.some(([index, member]) => index === 0 && (member === undefined || member === name))
      const hash = dedup && ((text: string) => payloads.dedupKey(info, text))
      const unique = await sealUnique(job.unique, info.data, isSealed, hash)
      const { args, meta } = await sealArgs(info, job)
      return { ...job, args, meta: { ...meta, ...unique?.meta }, ...(unique ? { unique: unique.unique } : {}) }
    },

    async openJob<Job extends HostJob>(job: Job): Promise<Job> {
      const args = await openArgs(infoOf(job), job)
      return { ...job, args, ...(job.meta ? { meta: withoutOjsCodecMeta(job.meta) } : {}) }
    },

    async sealResult(job, result) {
      const info = infoOf(job)
      const plain = payloads.isPlain(info) || settingOf(options.results, info) === 'plaintext'
      return plain || result === undefined ? result : encode(info, 'result', asJson(result))
    },

    openResult,

    async openParentResult(job, stored) {
      const info = infoOf(job)
      // Nothing was returned.
      if (stored === null || stored === undefined) return stored
      if (!isOjsEncoded(stored)) return openResult(job, stored)
      return decode(isEnvelope(stored) && sealer ? { ...info, name: storedJob(sealer, stored) } : info, 'result', stored)
    },
  })
}

/** The id of the key that members are sealed under, where there are any. */
function keyIdOf(args: unknown, paths: readonly string[]): Record<string, unknown> {
  const [first] = paths
  if (first === undefined) return {}
  const encoded = parseOjsPath(first).reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], args)
  return { [KEY_ID]: (encoded as OjsEncoded).metadata?.encryption_key_id }
}
