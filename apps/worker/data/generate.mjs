// Writes jobs.jsonl: 1,000 made-up jobs, always the same ones. No person, card or account in them is real: cards are the test
// numbers of the payment industry, domains, telephone numbers and addresses of hosts are the reserved ones, identity and bank
// account numbers have check digits or areas that are never issued.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { locales } from './locales.mjs'

const SEED = 0x5eed1234
let state = SEED
const random = () => {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), state | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const int = (from, to) => from + Math.floor(random() * (to - from + 1))
const chance = (share) => random() < share
const pick = (list) => list[int(0, list.length - 1)]
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index))
const digits = (count) => many(count, () => int(0, 9)).join('')
const id = (prefix) => `${prefix}_${many(16, () => pick('abcdefghjkmnpqrstuvwxyz23456789')).join('')}`
const two = (value) => String(value).padStart(2, '0')
const date = (from = 2025, to = 2026) => `${int(from, to)}-${two(int(1, 12))}-${two(int(1, 28))}`
const time = () => `${date()}T${two(int(0, 23))}:${two(int(0, 59))}:${two(int(0, 59))}Z`
const money = (from, to) => int(from * 100, to * 100) / 100
const base64 = (bytes) => Buffer.from(many(bytes, () => int(0, 255))).toString('base64')

const CARDS = [
  ['visa', '4111111111111111'],
  ['visa', '4012888888881881'],
  ['visa', '4242424242424242'],
  ['mastercard', '5555555555554444'],
  ['mastercard', '2223003122003222'],
  ['amex', '378282246310005'],
  ['discover', '6011111111111117'],
  ['jcb', '3530111333300000'],
  ['diners', '30569309025904'],
]
const PHONES = [() => `+1 202 555 01${digits(2)}`, () => `+44 20 7946 0${digits(3)}`, () => `+353 20 914 0${digits(3)}`]
const GOODS = [
  'Kettle, copper',
  'Desk lamp',
  'Rain jacket',
  'Notebook, ruled',
  'Bicycle bell',
  'Tea, 250 g',
  'USB-C cable',
  'Field guide',
]
const EMOJI = ['🙂', '🙏🏽', '😡', '🎉', '🤷🏽‍♀️', '👩‍👩‍👧', '🇪🇺', '💳', '📦', '✅', '❤️‍🔥']
const DOMAINS = ['example.com', 'example.org', 'example.net']

const locale = () => pick(locales)
const person = ({ given, family, order } = locale()) => {
  const [first, firstLatin] = pick(given)
  const [last, lastLatin] = pick(family)
  const name =
    order === 'family first' ? `${last}${/\p{Script=Hangul}|\p{Script=Han}/u.test(last) ? '' : ' '}${first}` : `${first} ${last}`
  const mailbox = `${firstLatin}.${lastLatin}`.toLowerCase()
  return { name, email: `${mailbox}${chance(0.3) ? int(2, 99) : ''}@${pick(DOMAINS)}`, phone: pick(PHONES)() }
}
const address = ({ streets, cities, country }) => ({
  street: `${pick(streets)} ${int(1, 240)}${chance(0.2) ? pick('abc') : ''}`,
  city: pick(cities),
  postcode: `${country}-${digits(5)}`,
  country,
})
const sentence = ({ phrases }) =>
  pick(phrases)
    .replaceAll('#', `${pick('ABCDEF')}${digits(6)}`)
    .replaceAll('%', String(money(5, 900)))
    .replaceAll('@', date())
const prose = (place, bytes) => {
  let text = ''
  while (Buffer.byteLength(text) < bytes)
    text += `${sentence(place)}${chance(0.08) ? ` ${pick(EMOJI)}` : ''}${chance(0.15) ? '\n\n' : ' '}`
  return text.trim()
}
const attachment = (bytes) => ({
  name: `${pick(['invoice', 'contract', 'photo', 'statement'])}-${digits(4)}.pdf`,
  type: 'application/pdf',
  content: base64(Math.floor((bytes * 3) / 4)),
})

const makers = {
  'payment.charge'() {
    const place = locale()
    const { name, email, phone } = person(place)
    const [brand, number] = pick(CARDS)
    const lines = many(int(1, 6), () => ({
      sku: `SKU-${digits(6)}`,
      name: pick(GOODS),
      quantity: int(1, 5),
      price: money(2, 180),
    }))
    return {
      id: id('pay'),
      amount: Math.round(lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0) * 100) / 100,
      currency: pick(['EUR', 'USD', 'GBP', 'JPY', 'PLN']),
      merchant: id('mer'),
      attempt: int(1, 3),
      card: { brand, number, expiry: `${two(int(1, 12))}/${int(27, 33)}`, cvc: digits(3), holder: name },
      customer: { id: id('cus'), name, email, phone, address: address(place) },
      lines,
      ...(chance(0.3)
        ? {
            risk: {
              score: random(),
              ip: `192.0.2.${int(1, 254)}`,
              signals: many(int(1, 4), () => [pick(['velocity', 'geo', 'bin']), random()]),
            },
          }
        : {}),
    }
  },
  'payout.transfer'() {
    const place = locale()
    return {
      id: id('out'),
      amount: money(10, 99999),
      currency: 'EUR',
      account: {
        holder: person(place).name,
        iban: `${pick(['DE', 'FR', 'ES', 'PL'])}00${digits(18)}`,
        bank: `${pick(place.cities)} Bank`,
      },
      reference: sentence(place),
      approvals: many(int(0, 2), () => ({ by: id('usr'), at: time() })),
    }
  },
  'kyc.check'() {
    const place = locale()
    const { name, email, phone } = person(place)
    return {
      id: id('kyc'),
      level: pick(['basic', 'full', 'enhanced']),
      requestedAt: time(),
      subject: {
        name,
        email,
        phone,
        birthDate: date(1940, 2006),
        nationalId: `9${digits(2)}-${digits(2)}-${digits(4)}`,
        address: address(place),
      },
      documents: many(int(1, 3), (index) => ({
        id: `d${index + 1}`,
        kind: pick(['passport', 'identity card', 'utility bill', 'selfie']),
        number: `X${digits(8)}`,
        scan: base64(int(60, 1200)),
        checks: many(int(1, 3), () => [pick(['mrz', 'face', 'expiry', 'tamper']), chance(0.9)]),
      })),
      sanctionsLists: many(int(1, 3), () => pick(['EU', 'UN', 'OFAC', 'HMT'])),
    }
  },
  'email.send'() {
    const place = locale()
    const to = many(chance(0.2) ? int(2, 5) : 1, () => person(place))
    return {
      id: id('eml'),
      template: pick(['welcome', 'receipt', 'password-reset', 'digest', 'reminder']),
      locale: place.language,
      recipients: to.map(({ name, email }) => ({ name, email })),
      variables: { name: to[0].name, link: `https://${pick(DOMAINS)}/r/${id('tok')}`, body: prose(place, int(150, 1800)) },
      attachments: chance(0.06) ? [attachment(int(2000, 7000))] : [],
    }
  },
  'ticket.triage'() {
    const place = locale()
    const { name, email } = person(place)
    return {
      id: id('tck'),
      channel: pick(['web', 'mail', 'chat', 'phone']),
      priority: pick(['low', 'normal', 'high', 'urgent']),
      language: place.language,
      reporter: { name, email },
      subject: sentence(place),
      messages: many(int(1, 6), (index) => ({
        id: index + 1,
        from: index % 2 ? 'support' : 'customer',
        at: time(),
        text: prose(place, int(40, 900)),
      })),
      tags: many(int(0, 4), () => pick(['refund', 'delivery', 'login', 'invoice', 'bug', 'praise'])),
    }
  },
  'webhook.deliver'() {
    const { name, email, phone } = person()
    return {
      id: id('whk'),
      event: pick(['customer.updated', 'invoice.paid', 'dispute.opened', 'shipment.moved']),
      endpoint: `https://hooks.${pick(DOMAINS)}/${digits(4)}`,
      secret: id('whsec'),
      attempt: int(1, 8),
      payload: {
        object: 'customer',
        version: int(1, 40),
        person: {
          name,
          contacts: [
            { kind: 'email', value: email, verified: true },
            { kind: 'phone', value: phone, verified: chance(0.5) },
          ],
        },
        previous: chance(0.5) ? null : { email: person().email, since: date(2019, 2024) },
        route: many(int(2, 6), () => [int(-18000, 18000) / 100, int(-9000, 9000) / 100]),
        tree: [[], [[{ depth: 2, leaf: null }]], { empty: {}, flags: [true, false] }],
      },
    }
  },
}

/** Attachments, scans and long conversations: what makes a few jobs of a queue much larger than the rest. */
const enlarge = {
  'email.send': (data, bytes) => void data.attachments.push(attachment(bytes)),
  'kyc.check': (data, bytes) => {
    data.documents[0].scan = base64(Math.floor((bytes * 3) / 4))
  },
  'ticket.triage': (data, bytes) => {
    const place = locales.find(({ language }) => language === data.language)
    for (let id = data.messages.length + 1; Buffer.byteLength(JSON.stringify(data)) < bytes; id++)
      data.messages.push({ id, from: id % 2 ? 'customer' : 'support', at: time(), text: prose(place, int(400, 2500)) })
  },
}

const SHARES = {
  'payment.charge': 320,
  'email.send': 230,
  'ticket.triage': 170,
  'kyc.check': 120,
  'webhook.deliver': 100,
  'payout.transfer': 60,
}
const largeJobs = () => [
  ...many(22, () => ['kyc.check', int(10_000, 28_000)]),
  ...many(14, () => ['email.send', int(12_000, 60_000)]),
  ...many(8, () => ['ticket.triage', int(10_000, 40_000)]),
  ['email.send', 120_000],
  ['ticket.triage', 160_000],
  ['kyc.check', 200_000],
  ['email.send', 256_000],
]

/** The text of jobs.jsonl. */
export function generate() {
  state = SEED
  const jobs = Object.entries(SHARES).flatMap(([type, count]) => many(count, () => ({ type, data: makers[type]() })))
  for (const [type, bytes] of largeJobs())
    enlarge[type](pick(jobs.filter((job) => job.type === type && JSON.stringify(job).length < 9000)).data, bytes)
  for (let i = jobs.length - 1; i > 0; i--) {
    const j = int(0, i)
    ;[jobs[i], jobs[j]] = [jobs[j], jobs[i]]
  }
  return `${jobs.map((job) => JSON.stringify(job)).join('\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('jobs.jsonl', import.meta.url), generate())
