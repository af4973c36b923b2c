import type { Cost } from '../cost.ts'
import { perMillion } from '../kms-calls.ts'
import { BARE, BARE_RAW, BARE_WEB, OURS } from '../names.ts'
import type { Results, RuntimeResult } from '../results.ts'
import { figures, goals, markdownTable, matrix, type Table } from './tables.ts'

/** Those of one runtime, as columns: Waxseal first, then the others in the order of their measurement. */
export function contendersOf(costs: readonly Cost[]): string[] {
  const works = new Set(costs.filter(({ by }) => by === OURS).map(({ work }) => work))
  const everywhere = (by: string) =>
    ['seal 1 KiB', 'seal 1 MiB', 'seal 10 fields'].every((work) => costs.some((one) => one.work === work && one.by === by))
  const names = [...new Set(costs.filter(({ work }) => works.has(work)).map(({ by }) => by))].filter(everywhere)
  return [OURS, ...names.filter((by) => by !== OURS && by !== BARE && by !== BARE_WEB), ...names.filter((by) => by === BARE_WEB)]
}

const list = (facts: readonly string[]) => facts.map((fact) => `- ${fact}`).join('\n')

const picture = (name: string, text: string) => `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="images/bench-${name}-dark.svg">
  <img alt="${text}" src="images/bench-${name}-light.svg">
</picture>`

const grouped = (value: number) => Math.round(value).toLocaleString('en-US')

const kmsTable = ({ kms }: Results): Table => [
  ['scopes', 'jobs done', 'requests, sealing', 'requests, opening', 'requests per million jobs'],
  ...kms.map((calls) => [
    grouped(calls.scopes),
    `one in ${grouped(calls.oneIn)}`,
    grouped(calls.sealing),
    grouped(calls.opening),
    grouped(perMillion(calls)),
  ]),
]

const coldTable = (cold: NonNullable<Results['cold']>): Table => [
  ['worker', 'first answer', 'bundle', 'gzip'],
  ...cold.map(({ worker, milliseconds, bytes, gzipBytes }) => [
    worker,
    `${milliseconds.toFixed(1)} ms`,
    `${grouped(bytes)} B`,
    `${grouped(gzipBytes)} B`,
  ]),
]

const allocationTable = ({ allocations }: Results): Table => [
  ['work', 'by', 'heap', 'outside the heap', 'objects'],
  ...allocations.map(({ work, by, heapBytes, outsideBytes, objects }) => [
    work,
    by,
    `${grouped(heapBytes)} B`,
    `${grouped(Math.max(0, outsideBytes))} B`,
    grouped(objects),
  ]),
]

const runtimeSection = ({ name, costs, missing }: RuntimeResult) => `### ${name}
${markdownTable(matrix(costs, contendersOf(costs)))}
${missing.length > 0 ? `\nDo not run there:\n${list(missing)}\n` : ''}`

/** What follows this line is written by hand, and kept. */
const BY_HAND = '<!-- What follows is written by hand; `pnpm bench` keeps it. -->'

/** The whole of docs/benchmarks.md; `previous` gives what is kept of it. */
export function markdown(results: Results, previous: string): string {
  const at = previous.indexOf(BY_HAND)
  const [node, ...elsewhere] = results.runtimes
  const costs = node!.costs
  const { node: ours, others } = results.effort
  return `# Benchmarks

Written by \`pnpm bench\`. Absolute times belong to one machine and one hour; ratios within a run travel better. Measure again before you rely on one. \`pnpm bench --quick\` is a look in less than two minutes, without the largest values, \`pnpm bench:check\` fails where a ratio has become worse than it was.

## Method
- Candidates take turns inside each round, at least ${ours.turnMs} ms each, after a warm-up of at least ${ours.warmUpMs} ms each; ${ours.rounds} rounds (on the other runtimes ${others.turnMs} ms, ${others.warmUpMs} ms and ${others.rounds} rounds). Before each turn garbage is collected and the candidate runs untimed for a quarter of a turn, so that none pays for what the one before it left behind. A cost is the median over the rounds, a ratio is the quotient of two such medians. Every round trip was checked before anything was timed.
- Time is processor time of the process, all of its threads: the collector's, and those of \`crypto.subtle\`, whose waiting is not counted. What else the machine does then counts little. workerd tells wall time alone.
- One process, one thread, the built package, keys at hand. What is asynchronous is awaited call by call; what is synchronous is not.
- \`${BARE}\` is the least that could be called encryption of the same work: node:crypto AES-256-GCM with a \`KeyObject\`, twelve random bytes per call, \`JSON.stringify\` or \`JSON.parse\`, base64url. No key id, no context, no commitment, no checks. The goals are judged against it. On workerd it is the same by WebCrypto, as Waxseal itself is there.
- \`${BARE_RAW}\` is the same with the key as bytes, as most samples have it; on some versions of Node that costs far more. \`${BARE_WEB}\` is the same by \`crypto.subtle\`.
- The JSON of a value is a string of 32 bytes, or an invoice with nested lines, of exactly 1024 bytes to 10 MiB. The ten fields are strings and a number, at the root and one level below, of a document with other members; \`${OURS}\` seals them as one bundle, everyone else one by one (asynchronous peers all ten at once) into a copy of the document. A hundred values of 1 KiB go through \`sealMany\` and \`openMany\`; by the others one by one, all at once where they are asynchronous; costs are per value.
- A stream is 10 MiB in chunks of 64 KiB through the runtime's web streams; its \`${BARE}\` is a loop over the same chunks without any stream, \`bare, web streams\` the same cipher in a \`TransformStream\`.
- \`wrapped key\`: the data key travels in the envelope, and its unwrapped form is cached. \`a part\`: what belongs to every call, on its own.

The others do the same work, from a JSON value to a string and back, with the key at hand:
- \`Temporal sample, WebCrypto\`: a payload codec as those of Temporal's samples: the payload as protobuf, AES-256-GCM of \`crypto.subtle\`, the key cached by its id, protobuf around it.
- \`AWS Encryption SDK\` (@aws-crypto/client-node 5.0.2): a caching materials manager over a raw AES keyring, which asks no service; by default every message is signed with ECDSA P-384 (one signing key for each cached data key), \`unsigned\` has the suite with commitment and without signature.
- \`47ng cloak\` (1.2.0): the synchronous functions, key parsed once, found by its fingerprint in a keychain.
- \`jose\` (6.2.18): a compact JWE, \`dir\` and A256GCM, with a \`CryptoKey\`.
- \`Inngest, libsodium\`: the service of @inngest/middleware-encryption 2.0.0, libsodium's secretbox in WebAssembly.
- \`prisma-field-encryption\` (1.6.0): what it does to a row on its way to the database and back, without the database; the ten fields are columns of one row.

None of them but the AWS Encryption SDK binds a context or commits to the key.

## Machine
${list(results.machine)}

## Goals
${markdownTable(goals(costs))}

## Beside others, on Node
Times of \`${BARE}\`, and how many times that the others take.

${picture('sizes', 'Ratio to bare by size of the value, on Node')}

${picture('many', 'Ratio to bare for ten fields of a document and for a hundred values, on Node')}

${markdownTable(matrix(costs, contendersOf(costs)))}
${node!.missing.length > 0 ? `\nDo not run here:\n${list(node!.missing)}\n` : ''}
## On other runtimes
Each against its own \`${BARE}\`: times of different runtimes are not compared. Values of 10 MiB are left to \`${BARE}\` and \`${OURS}\`.

${picture('runtimes', 'Ratio of Waxseal to bare by size of the value, on four runtimes')}

${elsewhere.map(runtimeSection).join('\n')}
## Requests to a key service
A million jobs at a hundred a second, each of one of so many scopes (tenants), sealed in one process and opened in another; \`awsKms\` with its default cache, in front of the fake of \`@waxseal/conformance\`, which counts. The clock is moved, not waited for, and one job in ten stands for those beside it: a key that is kept is asked for by its age. Without a cache it would be two million.

${results.kms.length > 0 ? markdownTable(kmsTable(results), 0) : 'Not counted in this run.'}

A cache keeps 1,000 scopes by default (\`cache.maxScopes\`, \`cache.maxOpenedKeys\`): with more of them in turn almost every job asks, until these are raised. A key is renewed in its last quarter of an hour, after 45 minutes.

## Cold start
From the start of workerd to its first answer, the process included; workers take turns, median.

${results.cold ? markdownTable(coldTable(results.cold)) : 'workerd is not installed here.'}

## Allocations
An operation, after 2,000 runs of warm-up. Heap and backing stores outside it: what both have grown by over a thousand runs (64 KiB: forty) in a process whose young generation is so large that nothing is collected meanwhile, which is checked. Objects: V8's allocation sampling at an interval of one byte, over a hundred runs, collected objects included.

${markdownTable(allocationTable(results), 2)}

## All figures on Node
${markdownTable(figures(costs), 2)}

## Where the time goes
${picture('flame-seal', 'Flame graph of sealing 1 KiB')}

${picture('flame-open', 'Flame graph of opening 1 KiB')}

\`sealSync\` and \`openSync\` of 1 KiB, sampled every 0.1 ms, callers above what they call. One candidate on its own, for long enough to be sampled (names are those of the table):

\`\`\`sh
node --cpu-prof --cpu-prof-dir=.out tooling/bench/main.ts --only 'seal 1 KiB: ${OURS}' --exact --rounds 75
\`\`\`

Open the \`.cpuprofile\` in the developer tools of a browser, in an editor or at speedscope.app. \`pnpm exec node\` is the pinned Node; \`pnpm build\` comes first. Other options: \`--json\` (one object a line), \`--only TEXT\` (candidates whose name holds the text, Node alone), \`--rounds N\`.

## Elsewhere
[The detector](pii-benchmarks.md) beside its peers, [queues](queue-benchmarks.md), [rows of a database](row-benchmarks.md), [the codec server](server-benchmarks.md), [the command](command-benchmarks.md), [soak tests](soak.md).

${at < 0 ? `${BY_HAND}\n` : previous.slice(at)}`
}
