// What ships, by its bills of materials: licences, and how many packages an installation brings; and that no secret is committed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dependencyProblems, licenceProblems, writeBills } from './bill.ts'
import { limits } from './limits.ts'
import { findSecrets, secretProblems } from './secrets.ts'

const report = (name: string, problems: readonly string[]): void => {
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`)
  for (const problem of problems) console.log(`     ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}

const folder = mkdtempSync(join(tmpdir(), 'waxseal-supply-'))
try {
  const bills = await writeBills(folder)
  const published = bills.filter(({ metadata }) => !metadata.component.name.endsWith('-app'))
  report('licences of what ships', licenceProblems(bills, limits))
  report('dependencies of each package', dependencyProblems(published, limits))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
report('secrets in files that git keeps', secretProblems(await findSecrets(), limits))
