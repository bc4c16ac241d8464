/** Thrown to whoever waited when everybody who asked has gone before the work began. */
export class WorkAbandonedError extends Error {}

interface Work<T> {
  key: string
  run: () => Promise<T>
  waiting: number
  hasBegun: boolean
  promise: Promise<T>
  begin: () => void
  abandon: () => void
}

/**
 * One computation per key at a time, a bounded number of them at once. Work nobody waits for any more (the person has
 * panned on) is dropped before it begins; once begun it is finished, since its result is cached.
 */
export class SharedWork<T> {
  readonly #limit: number
  readonly #byKey = new Map<string, Work<T>>()
  readonly #queue: Work<T>[] = []
  #active = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** `whenGone` is asked for its signal only when the work cannot begin at once. */
  do(key: string, run: () => Promise<T>, whenGone?: () => AbortSignal): Promise<T> {
    const work = this.#byKey.get(key) ?? this.#enqueue(key, run)
    work.waiting += 1
    this.#beginNext()
    if (whenGone && !work.hasBegun) this.#leaveWhen(work, whenGone())
    return work.promise
  }

  #leaveWhen(work: Work<T>, gone: AbortSignal): void {
    const leave = (): void => this.#leave(work)
    gone.addEventListener('abort', leave, { once: true })
    const forget = (): void => gone.removeEventListener('abort', leave)
    void work.promise.then(forget, forget)
    if (gone.aborted) leave()
  }

  #enqueue(key: string, run: () => Promise<T>): Work<T> {
    let begin = (): void => undefined
    let abandon = (): void => undefined
    const promise = new Promise<void>((resolve, reject) => {
      begin = resolve
      abandon = () => reject(new WorkAbandonedError())
    })
      .then(run)
      .finally(() => this.#over(work))
    const work: Work<T> = { key, run, waiting: 0, hasBegun: false, promise, begin, abandon }
    this.#byKey.set(key, work)
    this.#queue.push(work)
    return work
  }

  #leave(work: Work<T>): void {
    work.waiting -= 1
    if (work.waiting > 0 || work.hasBegun) return
    const place = this.#queue.indexOf(work)
    if (place < 0) return
    this.#queue.splice(place, 1)
    this.#byKey.delete(work.key)
    work.abandon()
  }

  #beginNext(): void {
    while (this.#active < this.#limit) {
      const next = this.#queue.shift()
      if (!next) return
      next.hasBegun = true
      this.#active += 1
      next.begin()
    }
  }

  #over(work: Work<T>): void {
    if (this.#byKey.get(work.key) === work) this.#byKey.delete(work.key)
    if (!work.hasBegun) return
    this.#active -= 1
    this.#beginNext()
  }
}
