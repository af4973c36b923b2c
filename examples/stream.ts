import { createSealer, generateKey, staticKeys } from '@waxseal/core'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'billing', store: 'exports', id: '2026-11' }

// #region stream
const report = new Blob(['line of a large report\n'.repeat(100_000)])
const sealed = await new Response(report.stream().pipeThrough(sealer.sealStream({ context }))).blob()
console.log(sealed.size - report.size) // 2321

// Chunks are passed on as they are authenticated; only the end of the stream proves that it is whole.
const opened = sealed.stream().pipeThrough(sealer.openStream({ context }))
console.log((await new Response(opened).text()).length) // 2300000
// #endregion

// #region truncated
const cut = sealed.slice(0, sealed.size - 1)
const failing = cut.stream().pipeThrough(sealer.openStream({ context, release: 'end' }))
const code = await new Response(failing).text().catch((error) => error.code)
console.log(code) // open_failed
// #endregion
