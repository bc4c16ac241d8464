import type { ImportEvent } from '#contract/import.ts'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useImportDetail } from '../../../client/state/import-detail.ts'
import { IMPORT_ID, importView } from './import-view.ts'

interface Answer {
  status: number
  body: unknown
}

let answers: (request: string) => Answer | Promise<Answer> = () => ({ status: 500, body: {} })
const asked: string[] = []

const streams: FakeEvents[] = []
class FakeEvents extends EventTarget {
  isOpen = true
  constructor() {
    super()
    streams.push(this)
  }
  close(): void {
    this.isOpen = false
  }
  push(event: ImportEvent): void {
    this.dispatchEvent(new MessageEvent('progress', { data: JSON.stringify(event) }))
  }
}
const openStreams = (): FakeEvents[] => streams.filter(({ isOpen }) => isOpen)

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
  asked.length = 0
  streams.length = 0
  vi.stubGlobal('EventSource', FakeEvents)
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    const request = `${options.method} ${url}`
    asked.push(request)
    const { status, body } = await answers(request)
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  })
})
afterEach(() => {
  useImportDetail().close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const ok = (body: unknown): Answer => ({ status: 200, body })

describe('an open import', () => {
  it('asks again while it is being checked, and rests when it is ready', async () => {
    let status: 'checking' | 'ready' = 'checking'
    answers = () => ok(importView({ status }))
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    expect(detail.isBusy).toBe(true)
    await vi.advanceTimersByTimeAsync(2000)
    expect(asked.length).toBe(2)
    status = 'ready'
    await vi.advanceTimersByTimeAsync(2000)
    expect(detail.isBusy).toBe(false)
    const before = asked.length
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked.length).toBe(before)
  })

  it('sends one commit for a double click', async () => {
    answers = (request) => ok(importView({ status: request.startsWith('POST') ? 'committing' : 'ready' }))
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    await Promise.all([detail.commit('stop'), detail.commit('stop')])
    expect(asked.filter((request) => request.startsWith('POST'))).toHaveLength(1)
  })

  it('reads itself anew when another window was faster', async () => {
    let isWritten = false
    answers = (request) => {
      if (!request.startsWith('POST')) return ok(importView({ status: isWritten ? 'committed' : 'ready' }))
      isWritten = true
      return {
        status: 409,
        body: { status: 409, code: 'import.already_committed', detail: '该次入库已经完成' },
      }
    }
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    await detail.commit('stop')
    await vi.advanceTimersByTimeAsync(10)
    expect(detail.fault).toBe('该次入库已经完成')
    expect(detail.view?.status).toBe('committed')
  })

  it('says that there is none when the server knows none', async () => {
    answers = () => ({ status: 404, body: { status: 404, code: 'import.not_found', detail: '没有' } })
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    expect(detail.loadState).toBe('missing')
  })

  it('keeps what it shows when the server is away for a moment', async () => {
    let isUp = true
    answers = () => (isUp ? ok(importView({ status: 'checking' })) : { status: 503, body: {} })
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    isUp = false
    await vi.advanceTimersByTimeAsync(4000)
    expect(detail.view?.status).toBe('checking')
    isUp = true
    await vi.advanceTimersByTimeAsync(4000)
    expect(detail.loadState).toBe('ready')
  })
})

describe('an import that rests', () => {
  it('shows at once what another window does to it', async () => {
    let now = importView({ status: 'committed', version: 7 })
    answers = () => ok(now)
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    expect(openStreams()).toHaveLength(1)
    now = importView({ status: 'committed', version: 8, work: 'undo' })
    streams[0].push({ status: 'committed', version: 8, work: 'undo', progress: null })
    await vi.advanceTimersByTimeAsync(10)
    expect([detail.isUndoing, detail.isBusy]).toEqual([true, true])
    now = importView({ status: 'undone', version: 9 })
    streams[0].push({ status: 'undone', version: 9, work: null, progress: null })
    await vi.advanceTimersByTimeAsync(10)
    expect([detail.view?.status, detail.isUndoing, detail.isBusy]).toEqual(['undone', false, false])
  })

  it('has no undo under way any more when the server refused it', async () => {
    let now = importView({ status: 'committed', version: 7, work: 'undo' })
    answers = () => ok(now)
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    expect(detail.isUndoing).toBe(true)
    now = importView({ status: 'committed', version: 8, notice: { code: 'undo_refused', detail: '不能' } })
    await vi.advanceTimersByTimeAsync(2000)
    expect([detail.isUndoing, detail.view?.notice?.code]).toEqual([false, 'undo_refused'])
  })

  it('is gone from the screen when another window gave it up', async () => {
    let isThere = true
    answers = () =>
      isThere
        ? ok(importView())
        : { status: 404, body: { status: 404, code: 'import.not_found', detail: '没有' } }
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    isThere = false
    streams[0].dispatchEvent(new Event('error'))
    await vi.advanceTimersByTimeAsync(2000)
    expect([detail.loadState, detail.view]).toEqual(['missing', null])
    expect(openStreams()).toEqual([])
  })

  it('is followed for ten minutes after somebody looked, and again when somebody does', async () => {
    answers = () => ok(importView())
    const detail = useImportDetail()
    await detail.open(IMPORT_ID)
    await vi.advanceTimersByTimeAsync(9 * 60_000)
    expect(openStreams()).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2 * 60_000)
    expect(openStreams()).toEqual([])
    await detail.look()
    expect(openStreams()).toHaveLength(1)
  })
})
