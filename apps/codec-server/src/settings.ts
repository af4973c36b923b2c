import { parseArgs } from 'node:util'
import { loadConfig, parseConfig, type WaxsealConfig } from '@waxseal/config'
import { WaxsealError } from '@waxseal/core'
import type { Environment } from '@waxseal/core/keys'
import { configOfEnvironment, plainVariables } from './environment.js'

/** A command line that cannot be read. */
export class UsageError extends Error {}

export interface Asked {
  readonly help: boolean
  readonly config: string | undefined
}

export function readArguments(args: readonly string[]): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { config: { type: 'string', short: 'c' }, help: { type: 'boolean', short: 'h' } },
    })
    return { help: values.help ?? false, config: values.config }
  } catch {
    throw new UsageError('the arguments cannot be read')
  }
}

/** The configuration from the one place that has it: a file, WAXSEAL_CONFIG, the plain variables, or a file of this folder. */
export async function readConfig(path: string | undefined, env: Environment): Promise<WaxsealConfig> {
  const given = env.WAXSEAL_CONFIG?.trim()
  const plain = plainVariables(env)
  const places = [path !== undefined && '--config', given && 'WAXSEAL_CONFIG', plain[0]].filter((place) => place)
  if (places.length > 1)
    throw new WaxsealError('config', `${places.join(' and ')} are both set: a configuration stands in one place`)
  if (given?.startsWith('{')) return parseConfig(jsonOf(given), { name: 'WAXSEAL_CONFIG' })
  if (plain.length > 0) return parseConfig(configOfEnvironment(env), { name: 'the configuration by variables' })
  return (await loadConfig(path ?? given)).config
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WaxsealError('config', 'WAXSEAL_CONFIG is neither a path nor JSON')
  }
}
