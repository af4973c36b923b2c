// What vitest offers beyond tests, assertions and spies, as far as the test files that run everywhere use it.
import { chai } from '@vitest/expect'

const LIMIT_MS = 10_000
const INTERVAL_MS = 20

interface Waiting {
  readonly timeout?: number
  readonly interval?: number
}

/** Calls `attempt` until it does not throw; throws what it threw last when the time is over. */
export const waitFor = async <T>(attempt: () => T | Promise<T>, options: number | Waiting = {}): Promise<T> => {
  const { timeout = LIMIT_MS, interval = INTERVAL_MS } = typeof options === 'number' ? { timeout: options } : options
  const endMs = performance.now() + Math.max(timeout, LIMIT_MS)
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > endMs) throw error
      await new Promise((resolve) => setTimeout(resolve, interval))
    }
  }
}

/** Calls `attempt` until it gives something true. */
export const waitUntil = <T>(attempt: () => T | Promise<T>, options?: number | Waiting): Promise<T> =>
  waitFor(async () => {
    const result = await attempt()
    if (!result) throw new Error('what was waited for did not come')
    return result
  }, options)

/** `expect.poll(get).toBe(1)`: asks again until the assertion holds. */
export const poll = (get: () => unknown, options?: Waiting): unknown =>
  new Proxy(
    {},
    {
      get:
        (_, matcher) =>
        (...args: unknown[]) =>
          waitFor(async () => {
            const assertion = chai.expect(await get()) as unknown as Record<PropertyKey, (...args: unknown[]) => unknown>
            return assertion[matcher]?.(...args)
          }, options),
    },
  )

const replaced = new Map<PropertyKey, PropertyDescriptor | undefined>()

/** Gives a global variable another value until `unstubAllGlobals`. */
export const stubGlobal = (name: PropertyKey, value: unknown): void => {
  if (!replaced.has(name)) replaced.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: true })
}

export const unstubAllGlobals = (): void => {
  for (const [name, descriptor] of replaced) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor)
    else Reflect.deleteProperty(globalThis, name)
  }
  replaced.clear()
}
