import pg from 'pg'

export interface Listening {
  stop(): Promise<void>
  /** False while the connection is away: what was notified meanwhile is lost, so look the state up instead. */
  isUp(): boolean
}

type OnPayload = (payload: string) => void

const RETRY_AFTER_MS = [50, 100, 250, 500, 1000, 2000, 5000]

/** One connection of its own for every LISTEN of this process; it comes back by itself. */
export class Listener {
  readonly #config: () => pg.ClientConfig
  readonly #channels = new Map<string, Set<OnPayload>>()
  #client: pg.Client | null = null
  #connecting: Promise<void> | null = null
  #up = false
  #stopped = false
  #failures = 0
  #retry: NodeJS.Timeout | null = null

  constructor(config: () => pg.ClientConfig) {
    this.#config = config
  }

  async listen(channel: string, onPayload: OnPayload): Promise<Listening> {
    const callbacks = this.#channels.get(channel) ?? new Set()
    const isNew = callbacks.size === 0
    this.#channels.set(channel, callbacks.add(onPayload))
    if (!this.#client) await this.#connect()
    else if (isNew) await this.#client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
    return {
      isUp: () => this.#up && callbacks.has(onPayload),
      stop: () => this.#forget(channel, onPayload),
    }
  }

  async close(): Promise<void> {
    this.#stopped = true
    this.#channels.clear()
    if (this.#retry) clearTimeout(this.#retry)
    await this.#connecting?.catch(() => undefined)
    await this.#release()
  }

  async #forget(channel: string, onPayload: OnPayload): Promise<void> {
    const callbacks = this.#channels.get(channel)
    callbacks?.delete(onPayload)
    if (!callbacks || callbacks.size > 0) return
    this.#channels.delete(channel)
    if (this.#channels.size === 0) return this.#release()
    await this.#client?.query(`UNLISTEN ${pg.escapeIdentifier(channel)}`).catch(() => undefined)
  }

  #connect(): Promise<void> {
    this.#connecting ??= this.#connectOnce().finally(() => (this.#connecting = null))
    return this.#connecting
  }

  async #connectOnce(): Promise<void> {
    const client = new pg.Client(this.#config())
    client.on('notification', ({ channel, payload }) => {
      for (const onPayload of this.#channels.get(channel) ?? []) onPayload(payload ?? '')
    })
    client.on('error', () => this.#lost(client))
    client.on('end', () => this.#lost(client))
    this.#client = client
    try {
      await client.connect()
      for (const channel of this.#channels.keys())
        await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      this.#lost(client)
      throw error
    }
    this.#up = this.#client === client
    this.#failures = 0
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = null
    this.#up = false
    client.end().catch(() => undefined)
    if (this.#stopped || this.#channels.size === 0) return
    const wait = RETRY_AFTER_MS[Math.min(this.#failures++, RETRY_AFTER_MS.length - 1)]
    this.#retry = setTimeout(() => {
      if (!this.#client && !this.#stopped) this.#connect().catch(() => undefined)
    }, wait)
  }

  async #release(): Promise<void> {
    const client = this.#client
    this.#client = null
    this.#up = false
    await client?.end().catch(() => undefined)
  }
}
