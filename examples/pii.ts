import { createDetector } from '@waxseal/pii'

const detector = createDetector()

const job = {
  id: '3f0c6a9e-5b1d-4c7a-9d2e-8f1a2b3c4d5e',
  customer: { name: 'Ada Lovelace', email: 'ada@example.com', ssn: 123456789, tier: 'gold' },
  note: 'Paid with 4111 1111 1111 1111, call +44 20 7946 0958.',
  createdAt: 1764115200000,
}
for (const { pointer, type, byName, findings } of detector.detectDocument(job))
  console.log(
    pointer,
    type,
    byName ? 'by name' : 'by value',
    findings.map((finding) => finding.type),
  )

const text = 'Refund to DE89 3704 0044 0532 0130 00 for order 4111111111111112.'
for (const { type, start, end, score, validated } of detector.detectText(text))
  console.log(text.slice(start, end), type, score, validated)
// /customer/name PERSON by name []
// /customer/email EMAIL by name [ 'EMAIL' ]
// /customer/ssn US_SSN by name [ 'US_SSN' ]
// /note CREDIT_CARD by value [ 'CREDIT_CARD', 'PHONE' ]
// DE89 3704 0044 0532 0130 00 IBAN 1 true
