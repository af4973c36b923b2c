import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { findProgram } from './program.ts'

const START_POLICY = '/usr/sbin/policy-rc.d'
const LIMIT_MS = 300_000

const withoutStarting = (install: () => void): void => {
  // Packages ask this program whether they may start what they brought: 101 is no.
  const ours = !existsSync(START_POLICY)
  if (ours) writeFileSync(START_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    if (ours) rmSync(START_POLICY)
  }
}

/** Installs Debian packages; only root can. No server of the machine's own is started. */
export const aptInstall = (...packages: string[]): void => {
  const options = {
    stdio: 'ignore' as const,
    timeout: LIMIT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  const keep = ['-o', 'Dpkg::Options::=--force-confold', '-o', 'DPkg::Lock::Timeout=120']
  execFileSync('apt-get', ['update', '-qq'], options)
  withoutStarting(() =>
    execFileSync('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...keep, ...packages], options),
  )
}

export const canAptInstall = (): boolean => process.getuid?.() === 0 && findProgram('apt-get') !== undefined
