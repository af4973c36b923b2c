/** An invoice whose JSON has exactly `bytes` bytes: nested lines, and a note that makes up the rest. */
export function invoice(bytes: number) {
  const value = {
    id: 'inv_2048',
    issuedAt: '2026-03-31T09:30:00.000Z',
    currency: 'EUR',
    customer: {
      name: 'Zoë Müller',
      email: 'zoe.mueller@example.com',
      vatId: null,
      address: { street: 'Hauptstraße 12', postcode: '10115', city: 'Berlin', country: 'DE' },
    },
    lines: [] as { sku: string; text: string; quantity: number; unitPrice: number; taxed: boolean; tags: string[] }[],
    paid: false,
    note: '',
  }
  const length = (part: unknown) => Buffer.byteLength(JSON.stringify(part))
  let room = bytes - length(value)
  for (let i = 0; room > 200; i++) {
    const tags = i % 3 === 0 ? ['monthly', 'licence'] : ['once']
    const line = {
      sku: `sku-${1000 + i}`,
      text: `Seat ${i + 1} of the team plan`,
      quantity: (i % 7) + 1,
      unitPrice: 12.5 + i,
      taxed: i % 2 === 0,
      tags,
    }
    value.lines.push(line)
    room -= length(line) + (i > 0 ? 1 : 0)
  }
  value.note = 'Payable within thirty days. '.repeat(8).slice(0, room)
  return value
}

/** An application with ten fields worth sealing, flat and nested, between others that stay readable. */
export const application = {
  id: 'app_7731',
  status: 'pending',
  submittedAt: '2026-03-31T09:30:00.000Z',
  name: 'Zoë Müller',
  email: 'zoe.mueller@example.com',
  phone: '+49 30 901820',
  birthDate: '1988-11-02',
  address: { street: 'Hauptstraße 12', postcode: '10115', city: 'Berlin', country: 'DE' },
  document: { kind: 'passport', number: 'C01X00T47', expiresAt: '2031-05-19' },
  account: { iban: 'DE02120300000000202051', income: 48200, currency: 'EUR' },
  checks: [
    { name: 'sanctions', passed: true },
    { name: 'address', passed: false },
  ],
}

export const applicationFields = [
  '/name',
  '/email',
  '/phone',
  '/birthDate',
  '/address/street',
  '/address/postcode',
  '/document/number',
  '/document/expiresAt',
  '/account/iban',
  '/account/income',
]

type Application = typeof application

/** The same document with these ten fields, and no others, replaced; written out, as one would by hand. */
export const changeApplication = (value: Application, change: (field: unknown) => unknown): Application =>
  ({
    ...value,
    name: change(value.name),
    email: change(value.email),
    phone: change(value.phone),
    birthDate: change(value.birthDate),
    address: { ...value.address, street: change(value.address.street), postcode: change(value.address.postcode) },
    document: { ...value.document, number: change(value.document.number), expiresAt: change(value.document.expiresAt) },
    account: { ...value.account, iban: change(value.account.iban), income: change(value.account.income) },
  }) as Application
