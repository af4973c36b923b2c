import { Failure } from './failure.js'

/** Loads a package that only some command lines need; a failure that says how to install it. */
export async function optional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (!['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String((error as NodeJS.ErrnoException).code))) throw error
    throw new Failure(`this needs the package ${name}`, { hint: `npm install ${name}` })
  }
}
