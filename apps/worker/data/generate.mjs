// Writes jobs.jsonl: 1,000 made-up jobs, always the same ones. No person, card or account in them is real: cards are the test
// numbers of the payment industry, domains and telephone numbers the reserved ones, identity numbers from ranges never issued.
import { writeFileSync } from 'node:fs'

let state = 0x5eed1234
const random = () => {
  state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 12), 0x297a2d39)
  t ^= t >>> 15
  return (t >>> 0) / 2 ** 32
}
const int = (from, to) => from + Math.floor(random() * (to - from + 1))
const pick = (list) => list[int(0, list.length - 1)]
const digits = (count) => Array.from({ length: count }, () => int(0, 9)).join('')
const id = (prefix) => `${prefix}_${Array.from({ length: 16 }, () => pick([...'abcdefghjkmnpqrstuvwxyz23456789'])).join('')}`
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index))
const day = () => `${int(2025, 2026)}-${String(int(1, 12)).padStart(2, '0')}-${String(int(1, 28)).padStart(2, '0')}`

const people = [
  ['Ada Kowalska-Brzezińska', 'ada.kowalska'],
  ['José Ángel Muñoz Peña', 'jose.munoz'],
  ['Nguyễn Thị Minh Khai', 'minh.khai'],
  ['Søren Ægirsson', 'soren.aegirsson'],
  ['محمد عبد الرحمن', 'm.abdelrahman'],
  ['שרה לוי־כהן', 'sara.levi'],
  ['山田 太郎左衛門', 't.yamada'],
  ['김민준 대리인', 'minjun.kim'],
  ['王小明先生', 'xiaoming.wang'],
  ['Ελένη Παπαδοπούλου', 'eleni.p'],
  ['Дмитрий Иванович Соколов', 'd.sokolov'],
  ['प्रिया शर्मा देवी', 'priya.sharma'],
  ['Chloë O’Connor-Smythe', 'chloe.oconnor'],
  ['Zoltán Őry-Kovács', 'zoltan.ory'],
  ['Ngozi Adéyẹmí', 'ngozi.adeyemi'],
  ['สมชาย ใจดีมาก', 'somchai.jaidee'],
  ['Björk Þorsteinsdóttir', 'bjork.th'],
  ['Līga Bērziņa-Ozola', 'liga.berzina'],
]
const cards = [
  '4111111111111111',
  '5555555555554444',
  '378282246310005',
  '6011111111111117',
  '3530111333300000',
  '4012888888881881',
  '5105105105105100',
  '30569309025904',
]
const streets = [
  'Lindenallee',
  'Calle de los Olivos',
  'Rue des Trois Ponts',
  'Harbour Walk',
  'Ulica Słoneczna',
  'さくら通り',
  'Ярославская улица',
  'شارع النخيل',
]
const words =
  'order refund parcel window garden invoice payment delay counter signal winter bicycle harbour morning kettle letter paper yellow corner engine silver market answer ticket battery screen camera printer update account monday friday receipt carpet marble violet copper timber meadow lantern basket thunder'.split(
    ' ',
  )
const moods = ['🙂', '😡', '🤷🏽‍♀️', '👩‍👩‍👧', '🇪🇺', '💳', '✅']
const sentence = (count) => `${many(count, () => pick(words)).join(' ')}.`
const prose = (bytes) => {
  let text = ''
  while (text.length < bytes)
    text += `${sentence(int(5, 14))}${random() < 0.08 ? ` ${pick(moods)}` : ''}${random() < 0.1 ? '\n' : ' '}`
  return text.trim()
}
const person = () => {
  const [name, mailbox] = pick(people)
  const tag = digits(5)
  return { name: `${name} ${tag}`, email: `${mailbox}.${tag}@example.com`, phone: `+1-202-555-01${digits(2)} ext ${digits(4)}` }
}
const address = () => ({
  street: `${pick(streets)} ${int(1, 999)}/${digits(4)}`,
  postcode: `ZZ-${digits(6)}`,
  country: pick(['DE', 'ES', 'FR', 'IE', 'PL', 'JP', 'RU', 'EG']),
})
const iban = () => `DE00${digits(18)}`

const makers = {
  'payment.charge': () => {
    const { name, email, phone } = person()
    return {
      id: id('pay'),
      amount: int(99, 999999) / 100,
      currency: pick(['EUR', 'USD', 'JPY']),
      merchant: id('mer'),
      attempt: 1,
      card: {
        number: pick(cards),
        expiry: `${String(int(1, 12)).padStart(2, '0')}/${int(27, 33)}`,
        holder: name,
        token: id('tok'),
      },
      customer: { id: id('cus'), name, email, phone, address: address() },
      lines: many(int(1, 9), () => ({ sku: `SKU-${digits(6)}`, quantity: int(1, 5), price: int(100, 20000) / 100 })),
    }
  },
  'payout.transfer': () => ({
    id: id('out'),
    amount: int(10, 99999),
    currency: 'EUR',
    account: { iban: iban(), holder: person().name },
    reference: `${pick(words)}-${digits(9)}`,
    approvals: many(int(1, 3), () => ({ by: id('usr'), on: day() })),
  }),
  'kyc.check': () => {
    const { name, email, phone } = person()
    return {
      id: id('kyc'),
      level: pick(['basic', 'full']),
      requestedOn: day(),
      subject: {
        name,
        email,
        phone,
        birthDate: `${int(1940, 2006)}-0${int(1, 9)}-1${int(0, 9)}`,
        nationalId: `9${digits(2)}-${digits(2)}-${digits(4)}`,
        address: address(),
      },
      documents: many(int(1, 3), (index) => ({
        id: `d${index + 1}`,
        kind: pick(['passport', 'utility bill', 'selfie']),
        number: `X${digits(8)}`,
        scan: Buffer.from(many(int(40, 900), () => int(0, 255))).toString('base64'),
      })),
    }
  },
  'email.send': () => {
    const to = many(int(1, 4), person)
    return {
      id: id('eml'),
      template: pick(['welcome', 'receipt', 'reset', 'digest']),
      locale: pick(['de', 'en', 'fr', 'ar', 'ja']),
      recipients: to.map(({ name, email }) => ({ name, email })),
      variables: { greeting: `${to[0].name} ${pick(moods)}`, resetToken: id('rst'), body: prose(int(100, 1800)) },
    }
  },
  'ticket.triage': () => {
    const { name, email } = person()
    return {
      id: id('tck'),
      channel: pick(['web', 'mail', 'chat']),
      priority: pick(['low', 'normal', 'high']),
      reporter: { name, email },
      subject: `${sentence(5)} ${digits(6)}`,
      messages: many(int(1, 6), (index) => ({
        id: index + 1,
        from: index % 2 ? 'agent' : 'customer',
        text: prose(int(60, 1500)),
      })),
      tags: many(int(0, 4), () => pick(words)),
    }
  },
  'webhook.deliver': () => {
    const { name, email, phone } = person()
    return {
      id: id('whk'),
      event: pick(['customer.updated', 'invoice.paid', 'dispute.opened']),
      endpoint: `https://hooks.example.net/${digits(4)}`,
      secret: `whsec_${id('k')}${digits(12)}`,
      payload: {
        object: 'customer',
        version: int(1, 40),
        person: {
          name,
          contacts: [
            { kind: 'email', value: email },
            { kind: 'phone', value: phone },
          ],
          matrix: [[digits(8), digits(9)], [[{ deep: { deeper: prose(40) } }]]],
        },
        previous: random() < 0.5 ? null : { email: person().email },
      },
    }
  },
}
const weights = {
  'payment.charge': 320,
  'email.send': 230,
  'ticket.triage': 170,
  'kyc.check': 120,
  'webhook.deliver': 100,
  'payout.transfer': 60,
}
// Sizes that mail attachments and long conversations have; the rest is as it comes.
const large = new Map([
  [40, 12_000],
  [111, 20_000],
  [203, 33_000],
  [290, 48_000],
  [377, 64_000],
  [455, 96_000],
  [540, 15_000],
  [618, 25_000],
  [702, 130_000],
  [777, 60_000],
  [850, 18_000],
  [903, 190_000],
  [990, 258_000],
])
const bag = Object.entries(weights).flatMap(([type, count]) => many(count, () => type))
for (let i = bag.length - 1; i > 0; i--) {
  const j = int(0, i)
  ;[bag[i], bag[j]] = [bag[j], bag[i]]
}
const lines = bag.map((type, index) => {
  const bytes = large.get(index)
  const job = { type: bytes ? 'email.send' : type, data: makers[bytes ? 'email.send' : type]() }
  if (bytes) job.data.variables.body = prose(bytes)
  return JSON.stringify(job)
})
writeFileSync(new URL('jobs.jsonl', import.meta.url), `${lines.join('\n')}\n`)
