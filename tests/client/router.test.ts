import { beforeEach, describe, expect, it } from 'vitest'
import type { RouteLocationNormalized } from 'vue-router'
import { reloadWhenRenewed } from '../../client/router.ts'

const to = { fullPath: '/imports?x=1' } as RouteLocationNormalized
const missing = new TypeError('Failed to fetch dynamically imported module: /assets/ImportPage-1.js')

beforeEach(() => sessionStorage.clear())

describe('a page older than the server', () => {
  it('loads the wanted address anew when a part of it is gone, once', () => {
    const went: string[] = []
    expect(reloadWhenRenewed(missing, to, (path) => went.push(path))).toBe(true)
    expect(reloadWhenRenewed(missing, to, (path) => went.push(path))).toBe(false)
    expect(went).toEqual(['/imports?x=1'])
  })

  it('leaves every other fault alone', () => {
    expect(reloadWhenRenewed(new Error('something else'), to, () => expect.unreachable())).toBe(false)
  })
})
