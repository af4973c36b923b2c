import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { ofTheRepository, slugify } from './markdown.ts'
import { excluded, pageOf } from './pages.ts'
import { sidebar } from './sidebar.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  title: 'Waxseal',
  description: 'Seals job payloads and records before they leave the process.',
  lang: 'en',
  cleanUrls: true,
  // Pages stay where they are in the repository: guides in docs, a README with its package.
  srcDir: '../..',
  srcExclude: excluded,
  rewrites: pageOf,
  outDir: here('../.out/site'),
  cacheDir: here('../.out/cache'),
  head: [
    ['link', { rel: 'icon', href: '/seal.svg', type: 'image/svg+xml' }],
    ['meta', { name: 'theme-color', content: '#b3261e' }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-default' },
    anchor: { slugify },
    headers: { slugify },
    config: ofTheRepository,
  },
  vite: {
    publicDir: here('../public'),
    build: { chunkSizeWarningLimit: 4000 },
    plugins: [
      {
        // Pages lie outside of this package: Vue is found from here, not from them.
        name: 'vue-of-the-site',
        enforce: 'pre',
        resolveId: (id, _, { ssr }) => (ssr && /^vue(\/server-renderer)?$/.test(id) ? { id, external: true } : undefined),
      },
    ],
  },
  themeConfig: {
    logo: '/seal.svg',
    nav: [
      { text: 'Guides', link: '/guides/introduction', activeMatch: '^/guides/' },
      { text: 'Specification', link: '/spec/envelope', activeMatch: '^/spec/' },
      { text: 'Packages', link: '/overview#packages', activeMatch: '^/(packages|overview)' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
      { text: 'Security', link: '/security' },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        // Programs and generated tables would bury the guides.
        _render: (source, env, markdown) => (/^(source|api)\//.test(env.relativePath) ? '' : markdown.render(source, env)),
      },
    },
    footer: { message: 'Apache-2.0', copyright: 'Copyright the Waxseal authors' },
  },
})
