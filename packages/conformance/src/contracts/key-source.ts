import { createSealer, type DataKey, type KeyCall, type KeySource, type MaybePromise } from '@waxseal/core'
import { expectError, expectThat, randomBytes } from './expectations.js'
import type { Contract } from './runner.js'

export interface KeySourceHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** A source of named keys that seals, for `scope` where there is one. Called once a test. */
  readonly create: () => MaybePromise<KeySource>
  /** A scope of which the source has an active key. Absent: the source has no scopes. */
  readonly scope?: string
  /** A scope that the source could have, and of which it has no key. */
  readonly unknownScope?: string
}

const context = { app: 'conformance', job: 'key-source' }
const call: KeyCall = { now: () => Date.now() }

/**
 * What every source of named keys keeps: an active key of exactly that scope or an error, null for what is not its own, handles
 * that show no key, and envelopes that open again.
 *
 * @example
 * keySourceContract({ describe, it, harness: { name: 'staticKeys', create: () => staticKeys([{ kid: 'k1', key: generateKey() }]) } })
 */
export function keySourceContract({ describe, it, harness }: Contract<KeySourceHarness>): void {
  const { scope } = harness
  const scoped = scope === undefined ? {} : { scope }

  const using = async (run: (source: KeySource, key: DataKey) => Promise<void>): Promise<void> => {
    const source = await harness.create()
    try {
      await run(source, await source.current(scope, call))
    } finally {
      await source.close?.()
    }
  }

  describe(`${harness.name} keeps the contract of key sources`, () => {
    it('has an active key of the scope asked for', () =>
      using(async (source, key) => {
        expectThat(source.kind === 'source', 'kind is "source"')
        expectThat(/^[a-z0-9-]{1,64}$/.test(key.kid), 'the kid is 1 to 64 characters of a-z, 0-9 and -')
        expectThat(
          Number.isInteger(key.version) && key.version >= 0 && key.version <= 0xffffffff,
          'the version is an integer of 32 bits',
        )
        expectThat(key.state === 'active', 'the key that seals is active')
        expectThat(key.scope === scope, 'the key is of the scope asked for')
        expectThat(key.wrapped === undefined, 'a named key carries no wrapped key')
      }))

    it('finds that key again by its locator', () =>
      using(async (source, { kid, version }) => {
        const found = await source.resolve({ kid, version }, scope, call)
        expectThat(found?.kid === kid && found.version === version, 'the locator leads to the key')
      }))

    it('has null for what is not its own', () =>
      using(async (source, { kid, version }) => {
        const others = [
          { kid: 'nobody-has-this-kid', version },
          { kid, version: version === 0xffffffff ? 0xfffffffe : 0xffffffff },
          { kid, version, wrapped: randomBytes(64) },
          { kid: 'constructor', version },
        ]
        for (const locator of others)
          expectThat((await source.resolve(locator, scope, call)) === null, 'a locator of somebody else gives null')
      }))

    it('gives no key of another scope', () =>
      using(async (source, { kid, version }) => {
        if (scope === undefined) {
          await expectError(() => source.current('tenant:nobody', call), 'a scope asked of a source without scopes', [
            'scope_unsupported',
          ])
          return
        }
        const unscoped = await Promise.resolve()
          .then(() => source.current(undefined, call))
          .catch(() => undefined)
        expectThat(unscoped === undefined || unscoped.scope === undefined, 'without a scope there is no key of a scope')
        const other = harness.unknownScope
        if (other === undefined) return
        await expectError(() => source.current(other, call), 'a scope that has no key', ['key_not_found', 'scope_unsupported'])
        const found = await source.resolve({ kid, version }, other, call)
        expectThat(found === null || found.scope === scope, 'a key does not change its scope')
      }))

    it('shows no key', () =>
      using(async (source, key) => {
        const shown = [...Object.values(key), ...Object.values(source)].filter((value) => value instanceof Uint8Array)
        expectThat(shown.length === 0, 'no property of a handle or of the source holds bytes')
        expectThat(Object.isFrozen(key), 'the handle is frozen')
        const text = JSON.stringify([key, source])
        expectThat(!/[0-9a-f]{64}|[A-Za-z0-9+/_-]{43}/i.test(text.replaceAll(key.kid, '')), 'as JSON they hold no key')
      }))

    it('lists its keys without waiting, if at all', () =>
      using(async (source, key) => {
        const listed = source.keys?.()
        if (!listed) return
        expectThat(Array.isArray(listed), 'keys() is an array')
        expectThat(
          listed.some(({ kid, version }) => kid === key.kid && version === key.version),
          'the key that seals is among them',
        )
      }))

    it('opens what was sealed with it, and not under another scope', () =>
      using(async (source, key) => {
        const sealer = createSealer({ keys: source })
        const sealed = await sealer.seal({ amount: 42 }, { context, ...scoped })
        expectThat(sealed.startsWith(`wax1.c256.${key.kid}~${key.version}.`), 'the envelope names the key')
        const opened = await sealer.open<{ amount: number }>(sealed, { context, ...scoped })
        expectThat(opened.amount === 42, 'the value came back')
        await expectError(() => sealer.open(sealed, { context, scope: 'tenant:nobody' }), 'another scope')
        if (scope !== undefined) await expectError(() => sealer.open(sealed, { context }), 'no scope')
      }))

    it('ends a call that was aborted', () =>
      using(async (source) => {
        const signal = AbortSignal.abort()
        // A source that has its keys at hand may answer all the same; it may not wait.
        const answer = await Promise.resolve()
          .then(() => source.current(scope, { ...call, signal }))
          .catch((error: unknown) => error)
        if (answer instanceof Error) await expectError(() => Promise.reject(answer), 'an aborted call', ['aborted'])
      }))

    it('may be closed twice', () =>
      using(async (source) => {
        await source.close?.()
      }))
  })
}
