import { createPinia } from 'pinia'
import { createApp, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '../../../client/text/i18n.ts'

export interface Mounted {
  host: HTMLElement
  unmount: () => void
}

const nothing = { render: () => null }

/** A component alone on the page, with texts, stores and the routes it links to. */
export function mount(component: Component, props: Record<string, unknown>): Mounted {
  const host = document.body.appendChild(document.createElement('div'))
  const app = createApp(component, props)
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: nothing },
      { path: '/map', name: 'map', component: nothing },
      { path: '/imports', name: 'imports', component: nothing },
      { path: '/imports/:id', name: 'import', component: nothing },
    ],
  })
  app.use(createPinia())
  app.use(i18n)
  app.use(router)
  app.mount(host)
  return {
    host,
    unmount: () => {
      app.unmount()
      host.remove()
    },
  }
}

export function buttonOf(host: HTMLElement, text: string): HTMLButtonElement {
  const found = [...host.querySelectorAll('button')].find((button) => button.textContent?.includes(text))
  if (!found) throw new Error(`no button says “${text}”: ${host.textContent}`)
  return found
}
