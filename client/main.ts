import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'
import App from './App.vue'
import { httpEvents } from './api/http.ts'
import { createAppRouter } from './router.ts'
import { useConnection } from './state/connection.ts'
import { useSession } from './state/session.ts'
import { i18n, isLanguage, storedLanguage, switchLanguage } from './text/i18n.ts'
import './ui/styles/tokens.css'
import './ui/styles/base.css'

async function start(): Promise<void> {
  const asked = new URLSearchParams(location.search).get('lang')
  await switchLanguage(isLanguage(asked) ? asked : storedLanguage())

  const app = createApp(App)
  app.use(createPinia())
  app.use(i18n)
  const router = createAppRouter()
  const session = useSession()
  const connection = useConnection()
  httpEvents.reachable = connection.report
  httpEvents.unauthenticated = () => {
    const wasSignedIn = session.isSignedIn
    session.expire()
    if (wasSignedIn)
      void router.push({ name: 'sign-in', query: { next: router.currentRoute.value.fullPath } })
  }
  connection.watch()
  watch(
    () => connection.isServerUp,
    // The server was away when the page was opened: begin again now that it is back.
    (isUp) => isUp && !session.hasLoaded && location.reload(),
  )
  app.use(router)
  app.mount('#app')
}

void start()
