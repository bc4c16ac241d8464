import { createRouter, createWebHistory, type RouteLocationNormalized, type Router } from 'vue-router'
import { useDraft } from './state/draft.ts'
import { useSession } from './state/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Anyone may open it, signed in or not. */
    isPublic?: boolean
    /** Action of the permission table without which the page makes no sense. */
    needs?: string
    /** Key of the page's name, for the window title. */
    titleKey?: string
  }
}

// The map is what most visits begin with: its code comes while the session is still being asked for.
const loadMapPage = () => import('./features/parcels/MapPage.vue')

const routes = [
  { path: '/', redirect: '/map' },
  {
    path: '/map',
    name: 'map',
    component: loadMapPage,
    meta: { needs: 'parcel.read', titleKey: 'shell.menu.map' },
  },
  {
    path: '/imports',
    name: 'imports',
    component: () => import('./features/imports/ImportListPage.vue'),
    meta: { needs: 'import.read', titleKey: 'shell.menu.imports' },
  },
  {
    path: '/imports/:id',
    name: 'import',
    component: () => import('./features/imports/ImportPage.vue'),
    props: true,
    meta: { needs: 'import.read', titleKey: 'shell.menu.imports' },
  },
  {
    path: '/users',
    name: 'users',
    component: () => import('./features/users/UsersPage.vue'),
    meta: { needs: 'user.manage', titleKey: 'shell.menu.users' },
  },
  {
    path: '/account',
    name: 'account',
    component: () => import('./features/auth/AccountPage.vue'),
    meta: { titleKey: 'account.title' },
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./features/auth/SignInPage.vue'),
    meta: { isPublic: true, titleKey: 'auth.signInTitle' },
  },
  {
    path: '/setup',
    name: 'setup',
    component: () => import('./features/auth/SetupPage.vue'),
    meta: { isPublic: true, titleKey: 'auth.setupTitle' },
  },
  {
    path: '/forbidden',
    name: 'forbidden',
    component: () => import('./features/shell/ForbiddenPage.vue'),
    meta: { titleKey: 'shell.forbiddenTitle' },
  },
  {
    path: '/:rest(.*)*',
    name: 'not-found',
    component: () => import('./features/shell/NotFoundPage.vue'),
    meta: { titleKey: 'shell.notFoundTitle' },
  },
]

/** Sends strangers to the sign-in page, first visitors to the set-up, and those without the right to a page that says so. */
async function guard(to: RouteLocationNormalized) {
  const session = useSession()
  try {
    await session.load()
  } catch {
    // The banner tells that the server is away; the page shows its own empty state.
    return true
  }
  if (to.name === 'setup' && session.authState?.setupRequired === false) return { name: 'sign-in' }
  if (to.meta.isPublic) return session.isSignedIn && to.name === 'sign-in' ? nextOf(to) : true
  if (!session.isSignedIn) {
    if (session.authState?.setupRequired)
      return { name: 'setup', query: to.query.token ? { token: to.query.token } : {} }
    return { name: 'sign-in', query: to.fullPath === '/map' ? {} : { next: to.fullPath } }
  }
  if (to.meta.needs && !session.may(to.meta.needs)) return { name: 'forbidden', replace: true }
  return true
}

/**
 * Unsaved edits are asked about before a navigation takes their form away. One whose session has ended is let through:
 * what was typed is kept and found again after signing in.
 */
export async function keepEdits(to: RouteLocationNormalized): Promise<boolean> {
  const draft = useDraft()
  if (!draft.isDirty || !useSession().isSignedIn) return true
  if (to.name === 'map' && to.query.sel === draft.kept?.parcelId) return true
  return draft.mayLeave()
}

/** Only a path of our own is followed after signing in. */
export function nextOf(to: RouteLocationNormalized): string {
  const { next } = to.query
  return typeof next === 'string' && /^\/(?!\/|\\)/.test(next) ? next : '/map'
}

const RELOADED_FOR = 'qidiReloadedFor'

/**
 * A page opened before the server was renewed asks for parts that are gone: it loads anew, once per address, so that a
 * part that is really missing does not send it round in circles.
 */
export function reloadWhenRenewed(
  error: unknown,
  to: RouteLocationNormalized,
  go: (path: string) => void,
): boolean {
  const isPartMissing =
    error instanceof Error && /dynamically imported module|module script|preload CSS/i.test(error.message)
  if (!isPartMissing || sessionStorage.getItem(RELOADED_FOR) === to.fullPath) return false
  sessionStorage.setItem(RELOADED_FOR, to.fullPath)
  go(to.fullPath)
  return true
}

export function createAppRouter(): Router {
  if (/^\/(map)?$/.test(location.pathname)) loadMapPage().catch(() => {})
  const router = createRouter({ history: createWebHistory(), routes })
  router.beforeEach(keepEdits)
  router.beforeEach(guard)
  router.onError((error, to) => void reloadWhenRenewed(error, to, (path) => location.assign(path)))
  router.afterEach(() => sessionStorage.removeItem(RELOADED_FOR))
  return router
}
