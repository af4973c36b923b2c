import { readFileSync } from 'node:fs'

/** What `limits.json` allows. */
export interface Limits {
  /** SPDX ids and expressions, as packages state them, of what may ship. */
  licences: string[]
  /** How many packages an installation of one of ours may bring, its own siblings counted. */
  maxDependencies: number
  exceptions: Record<string, { maxDependencies: number; reason: string }>
  /** Files, and folders that end in a slash, whose findings are no secrets, and why. */
  testSecrets: Record<string, string>
}

export const limits = JSON.parse(readFileSync(new URL('./limits.json', import.meta.url), 'utf8')) as Limits
