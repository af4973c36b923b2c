import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { findProgram } from './program.ts'

const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.conf'
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

/**
 * Installs Debian packages; only root can. No server of the machine's own is started, and PostgreSQL's package, which would also set
 * one up, is told not to.
 */
export const aptInstall = (...packages: string[]): void => {
  const options = {
    stdio: 'ignore' as const,
    timeout: LIMIT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  if (!existsSync(CLUSTER_SETTINGS)) {
    mkdirSync(dirname(CLUSTER_SETTINGS), { recursive: true })
    writeFileSync(CLUSTER_SETTINGS, 'create_main_cluster = false\n')
  }
  const keep = ['-o', 'Dpkg::Options::=--force-confold', '-o', 'DPkg::Lock::Timeout=120']
  execFileSync('apt-get', ['update', '-qq'], options)
  withoutStarting(() =>
    execFileSync('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...keep, ...packages], options),
  )
}

export const canAptInstall = (): boolean => process.getuid?.() === 0 && findProgram('apt-get') !== undefined
