// `pnpm release:sbom`: the bills of materials of what ships, into .out/sbom, as a release attaches them.
import { rmSync } from 'node:fs'
import { root } from '../start/steps.mjs'
import { writeBills } from './bill.ts'

const folder = `${root}.out/sbom`
rmSync(folder, { recursive: true, force: true })
const bills = await writeBills(folder)
console.log(`${bills.length} bills of materials in .out/sbom`)
