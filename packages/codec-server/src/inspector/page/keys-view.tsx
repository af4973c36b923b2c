import { useEffect, useMemo } from 'preact/hooks'
import { agoText, countText, dateText, suiteText, visible } from './format.js'
import { type ListedKey, noteAges } from './key-ages.js'
import { createPages } from './pages.js'
import { call } from './session.js'

type Version = ListedKey['versions'][number]

const STATES: Readonly<Record<string, string>> = {
  active: 'seals and opens',
  decrypt_only: 'opens only',
  suspended: 'suspended',
  destroy_scheduled: 'to be destroyed',
  destroyed: 'destroyed',
}

const State = ({ state }: { readonly state: string }) => (
  <span class={`state state-${state}`}>{STATES[state] ?? visible(state)}</span>
)

const When = ({ iso, or = '—' }: { readonly iso: string | null | undefined; readonly or?: string }) => {
  if (!iso) return <span class="faint">{or}</span>
  const date = new Date(iso)
  return (
    <time dateTime={iso} title={dateText(date)}>
      {agoText(date, Date.now())}
    </time>
  )
}

function VersionLine({ version, state, activatedAt, destroyAfter, compromisedAt, uses, lastUsedAt }: Version) {
  return (
    <tr>
      <th scope="row">{version}</th>
      <td data-label="State">
        <State state={state} />
        {compromisedAt && <span class="state state-compromised">compromised</span>}
        {state === 'destroy_scheduled' && destroyAfter && (
          <small>
            <When iso={destroyAfter} />
          </small>
        )}
      </td>
      <td data-label="Sealing since">
        <When iso={activatedAt} or="not known" />
      </td>
      <td data-label="Seals and opens" class="number">
        {uses === undefined ? <span class="faint">not counted</span> : uses.toLocaleString('en-GB')}
      </td>
      <td data-label="Last used">
        <When iso={lastUsedAt} />
      </td>
    </tr>
  )
}

function Key({ item }: { readonly item: ListedKey }) {
  const { kid, name, purpose, suite, scoped, nextRotationAt, expiresAt, held, versions } = item
  const facts = [
    purpose === 'index' && 'for blind indexes',
    scoped && 'of a tenant or person',
    suite && suiteText(suite),
    held && 'under legal hold',
    nextRotationAt && `rotates ${agoText(new Date(nextRotationAt), Date.now())}`,
    expiresAt && `expires ${agoText(new Date(expiresAt), Date.now())}`,
  ].filter((fact) => typeof fact === 'string')
  return (
    <section class="card key" aria-label={`Key ${visible(kid)}`}>
      <header>
        <h2>
          <code>
            <bdi>{visible(kid)}</bdi>
          </code>
          {name && name !== kid && (
            <small class="key-name">
              <bdi>{visible(name)}</bdi>
            </small>
          )}
        </h2>
        <p class="small">{facts.join(' · ')}</p>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">State</th>
            <th scope="col">Sealing since</th>
            <th scope="col" class="number">
              Seals and opens
            </th>
            <th scope="col">Last used</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <VersionLine key={version.version} {...version} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

async function read(from: string | undefined) {
  const { keys, next } = await call<{ keys: ListedKey[]; next: string | null }>('POST', 'keys', { after: from ?? '' })
  noteAges(keys)
  return { items: keys, next }
}

/** The keys: what state they are in, how old, how much used. Never what they are made of. */
export function KeysView() {
  const pages = useMemo(() => createPages<ListedKey, string>(read), [])
  useEffect(() => void pages.reload(), [pages])
  const { items, hasMore, isBusy, problem } = pages
  return (
    <main class="page">
      <div class="page-head">
        <h1>Keys</h1>
        <p class="small">{items.value && `${countText(items.value.length, 'key')}${hasMore.value ? ' so far' : ''}`}</p>
      </div>
      {problem.value && (
        <p class="bad banner" role="alert">
          {problem.value}
        </p>
      )}
      {items.value?.length === 0 && <p class="empty">There are no keys that this server could list.</p>}
      {items.value?.map((item) => (
        <Key key={item.kid} item={item} />
      ))}
      {(hasMore.value || isBusy.value) && (
        <button type="button" class="more" disabled={isBusy.value} onClick={() => pages.more()}>
          {isBusy.value ? 'Loading …' : 'More'}
        </button>
      )}
    </main>
  )
}
