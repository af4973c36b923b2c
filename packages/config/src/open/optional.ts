import { WaxsealError } from '@waxseal/core'

/** Loads a package that only some configurations need. `config` says how to install it. */
export async function optional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String((cause as NodeJS.ErrnoException).code))) throw cause
    throw new WaxsealError('config', `this configuration needs a package: npm install ${name}`, { cause })
  }
}
