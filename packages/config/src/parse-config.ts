import { WaxsealError } from '@waxseal/core'
import type { z } from 'zod'
import { configSchema, type WaxsealConfig } from './config.js'

type Issue = z.core.$ZodIssue

const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at > 0 ? '.' : ''}${String(part)}`)).join('')

/** What is wrong within the one option that the value was meant to be; the union's own words where that cannot be told. */
function within(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const meant = issue.errors.filter((issues) => issues.some(({ path }) => path.length > 0))
  const text = issue.errors.flat().find(({ code, path }) => code === 'invalid_format' && path.length === 0)
  if (meant.length === 1) return meant[0]!.flatMap((inner) => within({ ...inner, path: [...issue.path, ...inner.path] } as Issue))
  return [text ? ({ ...text, path: issue.path } as Issue) : issue]
}

const valueAt = (config: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((value, part) => (value as Record<PropertyKey, unknown> | null | undefined)?.[part], config)

/** Names, never values: of what stands in a configuration nobody knows whether it is a secret. */
function sentenceOf(config: unknown, { code, message, path, ...issue }: Issue): string {
  const at = pathOf(path) || 'the configuration'
  if (code === 'unrecognized_keys') return `${at} has no member ${(issue as { keys: string[] }).keys.join(', ')}`
  if (path.length > 0 && valueAt(config, path) === undefined) return `${at} is missing`
  return `${at} ${message.startsWith('must ') ? message : `does not fit: ${message.replace(/^Invalid \w+: /, '')}`}`
}

/**
 * Checks a configuration. `config` names every member that does not fit by its path, and repeats no value.
 *
 * @example
 * const { codecServer } = parseConfig(JSON.parse(text))
 */
export function parseConfig(config: unknown, { name = 'the configuration' }: { readonly name?: string } = {}): WaxsealConfig {
  const { success, data, error } = configSchema.safeParse(config)
  if (success) return data
  const sentences = error.issues.flatMap(within).map((issue) => sentenceOf(config, issue))
  throw new WaxsealError('config', `${name} does not fit:\n${[...new Set(sentences)].map((text) => `- ${text}`).join('\n')}`)
}
