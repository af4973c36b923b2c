import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSealer, staticKeys } from '@waxseal/core'

const NAMES = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Mary Somerville', 'Emmy Noether']
const CARDS = ['4111 1111 1111 1111', '5555 5555 5555 4444', '3782 822463 10005']
const IBANS = ['GB33BUKB20201555555555', 'DE89370400440532013000', 'FR1420041010050500013M02606']

const lines = (count: number, line: (at: number) => unknown): string =>
  Array.from({ length: count }, (_, at) => {
    const made = line(at)
    return `${typeof made === 'string' ? made : JSON.stringify(made)}\n`
  }).join('')
const of = <T>(list: readonly T[], at: number): T => list[at % list.length]!
const mail = (at: number): string => `${of(NAMES, at).toLowerCase().replace(' ', '.')}@example.com`

/** What the company that does not exist has exported, into a folder: jobs, some of them sealed, customers and a log. */
export async function writeExports(folder: string): Promise<void> {
  mkdirSync(folder)
  const sealer = createSealer({ keys: staticKeys([{ kid: 'billing', version: 4, key: new Uint8Array(32).fill(7) }]) })
  const charge = (at: number) => ({
    id: `pay_${at}`,
    amount: 10 + (at % 90),
    card: { brand: 'visa', number: of(CARDS, at) },
    customer: { name: of(NAMES, at), email: mail(at), ...(at % 3 === 0 && { phone: `+44 20 7946 0${100 + (at % 900)}` }) },
    ...(at % 8 === 0 && { note: `please call ${of(NAMES, at)}, card ${of(CARDS, at)}` }),
  })
  writeFileSync(join(folder, 'charges.jsonl'), lines(1840, charge))
  const payouts = await Promise.all(
    Array.from({ length: 420 }, (_, at) =>
      sealer.sealFields({ id: at, iban: of(IBANS, at), email: mail(at) }, { fields: ['/iban'] }, { context: { app: 'billing' } }),
    ),
  )
  writeFileSync(
    join(folder, 'payouts.jsonl'),
    lines(420, (at) => payouts[at]),
  )
  const customer = (at: number) => `${at},${of(NAMES, at)},${mail(at)},19${40 + (at % 60)}-03-0${1 + (at % 9)},${of(IBANS, at)}`
  writeFileSync(join(folder, 'customers.csv'), `id,name,email,date_of_birth,iban\n${lines(640, customer)}`)
  const entry = (at: number) =>
    at % 40 === 0
      ? `2026-06-15T10:${10 + (at % 50)}:00Z warn sign-in of ${mail(at)} from 203.0.113.${at % 250} refused`
      : `2026-06-15T10:${10 + (at % 50)}:00Z info worker ${at % 4} took payment.charge`
  writeFileSync(join(folder, 'worker.log'), lines(1200, entry))
}
