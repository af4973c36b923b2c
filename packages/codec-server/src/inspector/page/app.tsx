import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { AuditView } from './audit-view.js'
import { said } from './document-state.js'
import { DocumentView } from './document-view.js'
import { Help } from './help.js'
import { Icon } from './icons.js'
import { KeysView } from './keys-view.js'
import { identity, isByToken, reasonWanted, signOut } from './session.js'
import { SignIn } from './sign-in.js'
import { nextTheme, theme } from './theme.js'
import { WhyDialog } from './why-dialog.js'

const VIEWS = { document: DocumentView, keys: KeysView, audit: AuditView } as const
type ViewName = keyof typeof VIEWS
const NAMES: Readonly<Record<ViewName, string>> = { document: 'Document', keys: 'Keys', audit: 'Audit' }

const viewOfAddress = (): ViewName =>
  (Object.keys(VIEWS) as ViewName[]).find((name) => location.hash === `#${name}`) ?? 'document'
const view = signal<ViewName>(viewOfAddress())
const isHelping = signal(false)

const mayView = (): ViewName[] => (Object.keys(VIEWS) as ViewName[]).filter((name) => identity.value?.pages.includes(name))

/** Where a key is a letter and no command. */
const isTyping = ({ target }: Event): boolean =>
  target instanceof HTMLElement && (target.matches('input, textarea, select') || target.closest('dialog') !== null)

function onKey(event: KeyboardEvent): void {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === '?') isHelping.value = true
  const chosen = mayView()[Number(event.key) - 1]
  if (chosen) location.hash = chosen
}

function useAddress(): void {
  useEffect(() => {
    const onHash = () => {
      view.value = viewOfAddress()
    }
    window.addEventListener('hashchange', onHash)
    window.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener('hashchange', onHash)
      window.removeEventListener('keydown', onKey)
    }
  }, [])
}

function Who() {
  const who = identity.value
  if (!who) return null
  return (
    <div class="who">
      <span class="who-id" title={who.groups.length > 0 ? `Groups: ${who.groups.join(', ')}` : 'No groups'}>
        <bdi>{who.id}</bdi>
        {who.groups.length > 0 && <small>{who.groups.join(', ')}</small>}
      </span>
      {isByToken.value && (
        <button type="button" class="quiet" onClick={() => signOut()}>
          Sign out
        </button>
      )}
    </div>
  )
}

function Top() {
  const views = mayView()
  return (
    <header class="top">
      <a class="brand" href="#document">
        <Icon name="seal" />
        <span>
          Waxseal <b>Inspector</b>
        </span>
      </a>
      {views.length > 1 && (
        <nav aria-label="Pages">
          {views.map((name) => (
            <a key={name} href={`#${name}`} aria-current={view.value === name ? 'page' : undefined}>
              {NAMES[name]}
            </a>
          ))}
        </nav>
      )}
      <div class="top-end">
        <Who />
        <button
          type="button"
          class="quiet"
          aria-label={`Colours: ${theme.value}`}
          title={`Colours: ${theme.value}`}
          onClick={nextTheme}
        >
          <Icon name={theme.value} />
        </button>
        <button
          type="button"
          class="quiet"
          aria-label="Keyboard and help"
          title="Keyboard and help (?)"
          onClick={() => {
            isHelping.value = true
          }}
        >
          <kbd>?</kbd>
        </button>
      </div>
    </header>
  )
}

function Content() {
  if (identity.value === undefined) return <main class="waiting" aria-busy="true" />
  if (identity.value === null) return <SignIn />
  const View = VIEWS[mayView().includes(view.value) ? view.value : 'document']
  return <View />
}

export function App() {
  useAddress()
  return (
    <>
      <Top />
      <Content />
      <p class="unseen" role="status">
        {said.value}
      </p>
      {isHelping.value && (
        <Help
          onClose={() => {
            isHelping.value = false
          }}
        />
      )}
      {reasonWanted.value && (
        <WhyDialog
          title="Why do you look?"
          text="This server wants a reason for every call. It stands in the trail, beside your name."
          action="Go on"
          onGive={() => reasonWanted.value?.(true)}
          onClose={() => reasonWanted.value?.(false)}
        />
      )}
    </>
  )
}
