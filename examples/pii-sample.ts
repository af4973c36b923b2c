import { createDetector } from '@waxseal/pii'

const sample = [
  { type: 'ship', data: { to: 'Ada Lovelace', lines: [{ sku: 'A-1', memo: 'gift for bob@example.com' }], weight: 12 } },
  { type: 'ship', data: { to: 'Depot 7', lines: [{ sku: '4111111111111111', memo: 'fragile' }], weight: 3 } },
  { type: 'invite', data: { email: 'eve@example.com', ref: 'INV-2026-0113' } },
]

// What the jobs of a sample hold, by type of job and place; no values.
const detector = createDetector({ threshold: 0.3 })
const places = new Map<string, number>()
for (const { type: job, data } of sample) {
  for (const { pointer, type, byName, findings } of detector.detectDocument(data)) {
    const reason = byName ? 'name' : Math.max(...findings.map(({ score }) => score)).toFixed(2)
    const place = `${job} ${pointer.replace(/\/\d+(?=\/|$)/g, '/*')} ${type} ${reason}`
    places.set(place, (places.get(place) ?? 0) + 1)
  }
}
for (const [place, count] of places) console.log(count, place)
// 1 ship /lines/*/memo EMAIL 0.85
// 1 ship /lines/*/sku CREDIT_CARD 1.00
// 1 invite /email EMAIL name
