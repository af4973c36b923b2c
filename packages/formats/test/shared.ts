import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.WAXSEAL_SHARED ?? join(import.meta.dirname, '../../../../shared')

/** The fixed-key vectors of other systems' layouts. */
export const vectors = JSON.parse(readFileSync(join(folder, 'data/system-formats.json'), 'utf8'))

export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
