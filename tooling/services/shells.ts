import { aptInstall, canAptInstall } from './apt.ts'
import { findProgram } from './program.ts'

const SHELLS = ['zsh', 'fish'] as const

/** Why zsh or fish cannot be run here, `undefined` where both can. */
export const shellsMissing = (): string | undefined =>
  SHELLS.every((name) => findProgram(name)) ? undefined : 'no zsh or no fish (Debian: apt-get install zsh fish)'

/** Why zsh and fish cannot be installed here, `undefined` where they are there or can be. */
export const shellsUninstallable = (): string | undefined => (canAptInstall() ? undefined : shellsMissing())

/** The path of the machine's zsh; it and fish are installed where they are not there. */
export const installShells = async (): Promise<string> => {
  if (shellsMissing()) aptInstall(...SHELLS)
  const found = findProgram('zsh')
  const missing = shellsMissing()
  if (missing || !found) throw new Error(missing)
  return found
}
