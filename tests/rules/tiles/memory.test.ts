import { describe, expect, it } from 'vitest'
import { SharedWork, WorkAbandonedError } from '../../../server/tiles/shared-work.ts'
import { TileCache } from '../../../server/tiles/tile-cache.ts'

const tile = (bytes: number) => ({ body: Buffer.alloc(bytes) })

describe('the tile cache', () => {
  it('never holds more bytes than it may, and lets go of what was used least recently', () => {
    const cache = new TileCache(10_000)
    for (let i = 0; i < 5; i += 1) cache.set(`t${i}`, tile(1500))
    cache.get('t0')
    cache.set('t5', tile(1500))
    expect(cache.bytes).toBeLessThanOrEqual(10_000)
    expect(cache.get('t0')).toBeDefined()
    expect(cache.get('t1')).toBeUndefined()
    cache.set('huge', tile(20_000))
    expect(cache.get('huge')).toBeUndefined()
    expect(cache.bytes).toBe(0)
  })

  it('counts a key once however often it is set', () => {
    const cache = new TileCache(10_000)
    for (let i = 0; i < 50; i += 1) cache.set('same', tile(1000))
    expect(cache.bytes).toBeLessThan(2000)
  })
})

describe('work that is shared', () => {
  /** Work that ends when told to. */
  function held() {
    let release = (): void => undefined
    let runs = 0
    const gate = new Promise<void>((resolve) => (release = resolve))
    const run = async (): Promise<number> => {
      runs += 1
      await gate
      return runs
    }
    return { run, release: () => release(), runs: () => runs }
  }

  it('runs once for all who ask for it at the same time, and anew for the next', async () => {
    const work = new SharedWork<number>(2)
    const first = held()
    const all = [1, 2, 3].map(() => work.do('a', first.run))
    first.release()
    expect(await Promise.all(all)).toEqual([1, 1, 1])
    expect(await work.do('a', first.run)).toBe(2)
  })

  it('keeps to its limit and drops what nobody waits for any more', async () => {
    const work = new SharedWork<number>(1)
    const [busy, unwanted] = [held(), held()]
    const running = work.do('busy', busy.run)
    const gone = new AbortController()
    const dropped = work.do('unwanted', unwanted.run, () => gone.signal)
    const refused = expect(dropped).rejects.toBeInstanceOf(WorkAbandonedError)
    gone.abort()
    await refused
    busy.release()
    expect(await running).toBe(1)
    expect(unwanted.runs()).toBe(0)
  })

  it('goes on while one of several still waits, and finishes what has begun', async () => {
    const work = new SharedWork<number>(1)
    const [busy, wanted] = [held(), held()]
    const running = work.do('busy', busy.run)
    const [left, stays] = [new AbortController(), new AbortController()]
    const both = [left, stays].map(({ signal }) => work.do('wanted', wanted.run, () => signal))
    left.abort()
    busy.release()
    wanted.release()
    await running
    expect(await Promise.all(both)).toEqual([1, 1])
  })

  it('asks whether somebody has gone only while they wait their turn', async () => {
    const work = new SharedWork<number>(1)
    const busy = held()
    let asked = 0
    const whenGone = (): AbortSignal => {
      asked += 1
      return new AbortController().signal
    }
    const running = work.do('busy', busy.run, whenGone)
    expect(asked).toBe(0)
    const waiting = work.do('next', () => Promise.resolve(2), whenGone)
    expect(asked).toBe(1)
    busy.release()
    expect(await Promise.all([running, waiting])).toEqual([1, 2])
  })

  it('passes a failure on and is free again', async () => {
    const work = new SharedWork<number>(1)
    await expect(work.do('bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await work.do('good', () => Promise.resolve(7))).toBe(7)
  })
})
