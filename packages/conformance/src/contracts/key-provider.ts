import {
  createSealer,
  type KeyCall,
  type KeyProvider,
  type MaybePromise,
  type WaxsealErrorCode,
  type WrapContext,
} from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import { contains, equalBytes, expectError, expectThat, flipped, randomBytes, spread } from './expectations.js'
import type { Contract } from './runner.js'

export interface KeyProviderHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** A provider on the same key-encryption key every time. Called once a test. */
  readonly create: () => MaybePromise<KeyProvider>
  /** One of the same id on another key-encryption key. */
  readonly createOther?: () => MaybePromise<KeyProvider>
  /** It asks a service over the network: an aborted call must reject. Default false. */
  readonly remote?: boolean
  /** Its service makes data keys: it has `generateDataKey`. Default false. */
  readonly generates?: boolean
  /** Its service re-wraps without showing the key: it has `rewrapKey`. Default false. */
  readonly rewraps?: boolean
  /** Its service wraps without anything random (AES Key Wrap): equal keys in one context have equal wraps. Default false. */
  readonly deterministic?: boolean
  /** A known weakness of an emulator: why some changed wraps still give the same key. Another key is never allowed. */
  readonly malleable?: string
}

const call: KeyCall = { now: () => Date.now() }

/**
 * What every key provider keeps: it gives back exactly the 32 bytes that it wrapped, under exactly the wrap context that it
 * wrapped them under, and otherwise an error, never null and never another key.
 *
 * @example
 * keyProviderContract({ describe, it, harness: { name: 'rootKeyProvider', create: () => rootKeyProvider({ id: 'root', keys }) } })
 */
export function keyProviderContract({ describe, it, harness }: Contract<KeyProviderHarness>): void {
  const { generates = false, rewraps = false } = harness
  const using = async (
    run: (provider: KeyProvider, context: WrapContext) => Promise<void>,
    create = harness.create,
  ): Promise<void> => {
    const provider = await create()
    try {
      await run(provider, wrapContext('envelope', provider.id, provider.version, 'tenant:acme'))
    } finally {
      await provider.close?.()
    }
  }

  describe(`${harness.name} keeps the contract of key providers`, () => {
    it('says what it is', () =>
      using(async ({ kind, id, version, capabilities, generateDataKey, rewrapKey }) => {
        expectThat(kind === 'provider', 'kind is "provider"')
        expectThat(/^[a-z0-9-]{1,64}$/.test(id), 'the id is 1 to 64 characters of a-z, 0-9 and -')
        expectThat(Number.isInteger(version) && version >= 0 && version <= 0xffffffff, 'the version is an integer of 32 bits')
        expectThat(['bound', 'hashed', 'signed'].includes(capabilities.context), 'it says how it binds the wrap context')
        expectThat((generateDataKey !== undefined) === generates, 'generates is declared where it has generateDataKey')
        expectThat((rewrapKey !== undefined) === rewraps, 'rewraps is declared where it has rewrapKey')
      }))

    it('gives back the 32 bytes that it wrapped', () =>
      using(async (provider, context) => {
        for (const key of [randomBytes(32), new Uint8Array(32), new Uint8Array(32).fill(255)]) {
          const given = key.slice()
          const wrapped = await provider.wrapKey(given, context, call)
          expectThat(equalBytes(given, key), 'the key that was given is untouched')
          expectThat(
            wrapped instanceof Uint8Array && wrapped.length >= 1 && wrapped.length <= 6144,
            'a wrapped key has 1 to 6144 bytes',
          )
          const before = wrapped.slice()
          const unwrapped = await provider.unwrapKey(wrapped, context, call)
          expectThat(unwrapped instanceof Uint8Array && equalBytes(unwrapped, key), 'the key came back')
          expectThat(equalBytes(wrapped, before), 'the wrapped key that was given is untouched')
          expectThat(
            unwrapped.buffer !== given.buffer && unwrapped.buffer !== wrapped.buffer,
            'the key came back in memory of its own',
          )
        }
      }))

    it('hides the key, and wraps it differently each time', () =>
      using(async (provider, context) => {
        const key = randomBytes(32)
        const [first, second] = [await provider.wrapKey(key, context, call), await provider.wrapKey(key, context, call)]
        for (const part of [key, key.subarray(0, 16), key.subarray(16)])
          expectThat(!contains(first, part), 'the wrapped bytes hold no part of the key')
        expectThat(
          equalBytes(first, second) === (harness.deterministic ?? false),
          'equal keys can be told from their wrapped bytes exactly where that was declared',
        )
      }))

    it('unwraps only under the wrap context that it wrapped under', () =>
      using(async (provider, context) => {
        const wrapped = await provider.wrapKey(randomBytes(32), context, call)
        const { scope: _, ...unscoped } = context
        const others: WrapContext[] = [
          ...Object.keys(context).map((name) => ({ ...context, [name]: `${context[name]}x` })),
          unscoped,
          { ...context, more: 'x' },
          wrapContext('stored', provider.id, provider.version, 'tenant:acme'),
          wrapContext('envelope', provider.id, provider.version + 1, 'tenant:acme'),
          wrapContext('envelope', provider.id, provider.version, 'tenant:acm'),
        ]
        for (const other of others) {
          // A provider may know by itself that it has no key of that generation.
          const codes: WaxsealErrorCode[] = other.version === context.version ? ['open_failed'] : ['open_failed', 'key_not_found']
          await expectError(() => provider.unwrapKey(wrapped, other, call), 'another wrap context', codes)
        }
        const reordered = Object.fromEntries(Object.entries(context).toReversed())
        expectThat(
          (await provider.unwrapKey(wrapped, reordered, call)).length === 32,
          'the order of its members is of no account',
        )
      }))

    const { malleable } = harness
    it(`refuses wrapped bytes that were changed${malleable ? ` or gives the same key: ${malleable}` : ''}`, () =>
      using(async (provider, context) => {
        const key = randomBytes(32)
        const wrapped = await provider.wrapKey(key, context, call)
        const changed = [
          ...spread(wrapped.length * 8, 24).map((bit) => flipped(wrapped, bit)),
          ...spread(wrapped.length, 12).map((length) => wrapped.slice(0, length)),
          Uint8Array.of(...wrapped, 0),
          randomBytes(wrapped.length),
        ]
        for (const bytes of changed) {
          if (malleable) {
            const opened = await Promise.resolve(provider.unwrapKey(bytes, context, call)).catch(() => undefined)
            expectThat(!opened || equalBytes(opened, key), 'changed bytes gave another key')
            continue
          }
          const error = await expectError(() => provider.unwrapKey(bytes, context, call), 'changed bytes')
          expectThat(!error.retryable, 'what was changed will not become right by trying again')
        }
      }))

    it('wraps nothing but 32 bytes', () =>
      using(async (provider, context) => {
        for (const length of [0, 16, 31, 33, 64])
          await expectError(async () => provider.wrapKey(randomBytes(length), context, call), `a key of ${length} bytes`, [
            'config',
          ])
      }))

    it('keeps calls at the same time apart', () =>
      using(async (provider, context) => {
        await Promise.all(
          Array.from({ length: 10 }, async () => {
            const key = randomBytes(32)
            const wrapped = await provider.wrapKey(key, context, call)
            expectThat(equalBytes(await provider.unwrapKey(wrapped, context, call), key), 'calls at the same time were mixed up')
          }),
        )
      }))

    if (generates)
      it('makes data keys that differ and unwrap', () =>
        using(async (provider, context) => {
          const generate = async () => provider.generateDataKey!(context, call)
          const [first, second] = [await generate(), await generate()]
          expectThat(first.key.length === 32 && !equalBytes(first.key, second.key), 'each is another key of 32 bytes')
          expectThat(equalBytes(await provider.unwrapKey(first.wrapped, context, call), first.key), 'it unwraps')
        }))

    if (rewraps)
      it('re-wraps without changing key or context', () =>
        using(async (provider, context) => {
          const key = randomBytes(32)
          const wrapped = await provider.rewrapKey!(await provider.wrapKey(key, context, call), context, call)
          expectThat(equalBytes(await provider.unwrapKey(wrapped, context, call), key), 'the key came back')
          await expectError(
            () => provider.unwrapKey(wrapped, { ...context, scope: 'tenant:other' }, call),
            'another wrap context',
            ['open_failed'],
          )
        }))

    it('opens what was sealed with it, and not under another scope', () =>
      using(async (provider) => {
        const sealer = createSealer({ keys: provider })
        const place = { context: { app: 'conformance', job: 'key-provider' }, scope: 'tenant:acme' }
        const sealed = await sealer.seal('letter', place)
        expectThat(sealed.startsWith(`wax1.c256w.${provider.id}~${provider.version}.`), 'the envelope names the provider')
        expectThat(
          (await createSealer({ keys: await harness.create() }).open(sealed, place)) === 'letter',
          'another instance opens it',
        )
        await expectError(
          () => createSealer({ keys: provider }).open(sealed, { ...place, scope: 'tenant:other' }),
          'another scope',
          ['open_failed'],
        )
        await expectError(() => createSealer({ keys: provider }).open(sealed, { context: place.context }), 'no scope', [
          'open_failed',
        ])
      }))

    const { createOther } = harness
    if (createOther)
      it('does not unwrap what another key-encryption key wrapped', () =>
        using(async (provider, context) => {
          const wrapped = await provider.wrapKey(randomBytes(32), context, call)
          await using(async (other) => {
            await expectError(() => other.unwrapKey(wrapped, context, call), 'another key-encryption key')
          }, createOther)
        }))

    if (harness.remote)
      it('rejects calls that were aborted', () =>
        using(async (provider, context) => {
          const wrapped = await provider.wrapKey(randomBytes(32), context, call)
          const aborted = { ...call, signal: AbortSignal.abort() }
          await expectError(() => provider.wrapKey(randomBytes(32), context, aborted), 'wrapping', ['aborted'])
          await expectError(() => provider.unwrapKey(wrapped, context, aborted), 'unwrapping', ['aborted'])
        }))

    it('tells its status, and may be closed twice', () =>
      using(async (provider) => {
        expectThat((await provider.status(call)) === 'available', 'it is available')
        await provider.close?.()
      }))
  })
}
