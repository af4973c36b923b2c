import { usage } from './failure.js'
import { readText } from './io/read.js'

/** The secret that a reference names: `env:NAME` or `file:/path`. A secret itself is refused, and not repeated. */
export async function secretOf(reference: string, option: string): Promise<string> {
  if (reference.startsWith('env:')) {
    const name = reference.slice(4)
    return process.env[name] || Promise.reject(usage(`${option} names the variable ${name}, which is empty or not set`))
  }
  if (reference.startsWith('file:')) return (await readText(reference.slice(5).replace(/^\/\/(?=\/)/, ''))).trim()
  throw usage(`${option} takes env:NAME or file:/path, not the secret itself`)
}
