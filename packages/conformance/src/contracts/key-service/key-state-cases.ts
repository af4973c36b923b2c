import { wrapContext } from '@waxseal/core/keys'
import { equalBytes, expectThat } from '../expectations.js'
import { act, type Cases, call, fails } from './cases.js'

/** What becomes of a key and of the credentials in use: as far as the bench can do it. */
export function keyStateCases({ it, harness, using, can }: Cases): void {
  if (can('disable'))
    it('a key that is disabled neither wraps nor unwraps, and does again when enabled', () =>
      using(async (bench) => {
        const wrapped = await bench.wrap()
        act(bench, 'disable')
        for (const run of [bench.wrap, () => bench.unwrap(wrapped)]) {
          const error = await fails(bench, run, 'a disabled key', 'key_suspended')
          expectThat(!error.retryable, 'trying again does not help')
        }
        expectThat((await bench.create({}).status(call)) === 'unavailable', 'its status says so')
        act(bench, 'enable')
        expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'once enabled it opens')
        expectThat((await bench.create({}).status(call)) === 'available', 'its status says so')
      }))

  if (can('destroy'))
    it('a key that is gone is told as gone', () =>
      using(async (bench) => {
        const wrapped = await bench.wrap()
        act(bench, 'destroy')
        await fails(bench, () => bench.unwrap(wrapped), 'a key that is gone', harness.destroyed ?? 'key_destroyed')
      }))

  if (can('rotate'))
    it('what an older generation of the key wrapped still opens', () =>
      using(async (bench) => {
        const wrapped = await bench.wrap()
        act(bench, 'rotate')
        expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'the old wrap opens')
        expectThat(equalBytes(await bench.unwrap(await bench.wrap()), bench.key), 'a new one does')
      }))

  if (can('rotate') && harness.rewraps)
    it('what an older generation of the key wrapped is re-wrapped without changing', () =>
      using(async (bench) => {
        const wrapped = await bench.wrap()
        act(bench, 'rotate')
        const { rewrapKey, id, version } = bench.provider
        const again = await rewrapKey!(wrapped, wrapContext('envelope', id, version, 'tenant:acme'), call)
        expectThat(!equalBytes(again, wrapped), 'it is another wrap')
        expectThat(equalBytes(await bench.unwrap(again), bench.key), 'of the same key')
      }))

  if (can('expireCredentials'))
    it('credentials that have expired are fetched again', () =>
      using(async (bench) => {
        const wrapped = await bench.wrap()
        act(bench, 'expireCredentials')
        expectThat(equalBytes(await bench.unwrap(wrapped), bench.key), 'the call goes through')
        act(bench, 'expireCredentials')
        const opened = await Promise.all(Array.from({ length: 20 }, () => bench.unwrap(wrapped)))
        expectThat(
          opened.every((key) => equalBytes(key, bench.key)),
          'many at once go through',
        )
      }))
}
