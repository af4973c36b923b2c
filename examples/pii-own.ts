import { createDetector, patternSet, termSet } from '@waxseal/pii'

// #region own
/** The last digit is the sum of the others, modulo 10. */
const isEmployee = (text: string) => {
  const digits = [...text.slice(4)].map(Number)
  return digits.pop() === digits.reduce((sum, digit) => sum + digit, 0) % 10
}
const employee = patternSet({ type: 'employee', pattern: /EMP-\d{6}/, validate: isEmployee, names: 'employee no,badge' })
const project = termSet({ type: 'project', terms: ['Blue Heron', '青鷺'] })

const detector = createDetector({
  sets: [employee, project],
  terms: [{ type: 'MEMBER', names: 'club card,loyalty id' }], // by name alone
  allow: ['support@example.com', /@test\.example$/],
})

const text = 'EMP-123455 works on blue  heron, EMP-123456 does not exist; ask support@example.com.'
console.log(detector.detectText(text).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`)) // [ 'EMPLOYEE EMP-123455', 'PROJECT blue  heron' ]
console.log(detector.detectDocument({ loyaltyId: 'L-2231-77' }).map(({ pointer, type }) => `${pointer} ${type}`)) // [ '/loyaltyId MEMBER' ]
// #endregion

// #region cases
// Jobs as yours are, with what must be found in each: a test that fails when an upgrade or an option changes it.
const cases = [
  { job: { rider: { badge: 'EMP-123455' }, trip: 8841 }, holds: ['/rider/badge'] },
  { job: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', tookMs: 1764115200000 }, holds: [] },
]
for (const { job, holds } of cases) {
  const found = detector.detectDocument(job).map(({ pointer }) => pointer)
  if (`${found}` !== `${holds}`) throw new Error(`found ${found}, expected ${holds}`)
}
// #endregion
