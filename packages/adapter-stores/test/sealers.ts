import { createSealer, generateKey, type SealerOptions, staticKeys } from '@waxseal/core'

export const keys = staticKeys([
  { kid: 'k1', key: generateKey() },
  { kid: 'index', key: generateKey() },
])
export const sealer = createSealer({ keys })
export const app = 'gateway'

/** A sealer on the same keys. */
export const sealerWith = (options: Partial<SealerOptions>) => createSealer({ keys, ...options })

/** The code of what is thrown; `ok` where nothing is. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run()
    return 'ok'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
