import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Scanned } from '@waxseal/conformance/leak-probe'

/** All files of a server. */
export function* filesIn(folder: string): Generator<Scanned> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isFile() && found.size > 0) yield { where: name, bytes: readFileSync(path) }
  }
}
