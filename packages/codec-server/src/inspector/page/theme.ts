import { effect, signal } from '@preact/signals'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEPT = 'waxseal-inspector-theme'

/** The one thing that stays when the page is closed. */
function kept(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEPT)) ?? 'system'
  } catch {
    return 'system'
  }
}

export const theme = signal<Theme>(kept())

export const nextTheme = (): void => {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!
}

effect(() => {
  document.documentElement.dataset.theme = theme.value
  try {
    localStorage.setItem(KEPT, theme.value)
  } catch {
    // Not kept, then.
  }
})
