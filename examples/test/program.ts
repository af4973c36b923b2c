import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** What names the address of a service that a program needs. */
const ADDRESSES = ['REDIS_URL', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'SQS_URL', 'AMQP_URL', 'NATS_URL'] as const
export type Address = (typeof ADDRESSES)[number]

const sourceOf = (file: string) => readFileSync(folder + file, 'utf8')
const addressOf = (file: string) => ADDRESSES.find((name) => sourceOf(file).includes(`process.env.${name}`))

/** The programs that need this service, or none. */
export const programs = (address?: Address): string[] =>
  globSync('*.ts', { cwd: folder })
    .filter((file) => addressOf(file) === address)
    .sort()

/** What a program says it prints: the comments behind its console.log calls, or else the lines at its end. */
function announced(source: string): string[] {
  const lines = source.trimEnd().split('\n')
  const behind = lines.flatMap((line) => /^\s*console\.log\(.*\) \/\/ (.+)$/.exec(line)?.[1] ?? [])
  if (behind.length > 0) return behind
  const last = lines.findLastIndex((line) => !line.startsWith('// '))
  return lines.slice(last + 1).map((line) => line.slice(3))
}

export function expectPrinted(file: string, env: Record<string, string> = {}): void {
  const expected = announced(sourceOf(file))
  expect(expected).not.toEqual([])
  const printed = execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } })
  expect(printed.trimEnd().split('\n')).toEqual(expected)
}
