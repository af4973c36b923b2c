import { isPromise } from './flow.js'

/** Calls a hook of the user's; one that throws, at once or later, changes nothing. */
export function callHook(hook: () => unknown): void {
  try {
    const done = hook()
    if (isPromise(done)) done.catch(() => {})
  } catch {}
}
