import { Duplex } from 'node:stream'
import type { MessagePort } from 'node:worker_threads'
import { errorResponse, readyForQuery, type SessionStatus } from './backend-frames.ts'
import { FrontendSplitter } from './frontend-units.ts'
import type { AnswerPart, UnitToRun } from './messages.ts'

/** What a socket needs of the host that owns the worker. */
export interface SocketOwner {
  attach(socket: BridgeSocket): Promise<void>
  detach(socket: BridgeSocket): void
}

/**
 * What `pg` takes for its network socket: bytes in and out, carried by a MessagePort. It remembers the units that
 * have no answer yet, so that they can be answered or sent again when the worker behind it is replaced.
 */
export class BridgeSocket extends Duplex {
  readonly id: number
  status: SessionStatus = 'I'
  unanswered: UnitToRun[] = []
  readonly #owner: SocketOwner
  readonly #splitter = new FrontendSplitter()
  #port: MessagePort | null = null

  constructor(id: number, owner: SocketOwner) {
    super({ allowHalfOpen: false })
    this.id = id
    this.#owner = owner
  }

  connect(): this {
    this.#owner.attach(this).then(
      () => this.emit('connect'),
      (error: Error) => this.destroy(error),
    )
    return this
  }

  /** The worker's end of a fresh channel has been handed over; this is ours. */
  usePort(port: MessagePort): void {
    this.#port = port
    port.on('message', (part: AnswerPart) => {
      if (this.#port === port) this.#receive(part)
    })
  }

  get currentPort(): MessagePort | null {
    return this.#port
  }

  get isAtRest(): boolean {
    return this.unanswered.length === 0 && this.status === 'I'
  }

  /** Lets go of a port whose worker is gone. */
  dropPort(): MessagePort | null {
    const port = this.#port
    this.#port = null
    return port
  }

  resend(): void {
    for (const unit of this.unanswered) this.#port?.postMessage(unit)
  }

  /** Answers the oldest unit with an error, as a server does that cancels a statement. */
  failUnit(code: string, message: string): void {
    this.unanswered.shift()
    this.status = this.status === 'I' ? 'I' : 'E'
    this.push(Buffer.concat([errorResponse(code, message), readyForQuery(this.status)]))
  }

  override _read(): void {
    // Answers are pushed as they come: `pg` reads everything at once anyway.
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#send(chunk)
    done()
  }

  override _writev(chunks: Array<{ chunk: Buffer }>, done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)))
    done()
  }

  override _final(done: (error?: Error | null) => void): void {
    this.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#owner.detach(this)
    this.dropPort()?.close()
    done(error)
  }

  // The parts of net.Socket that `pg` calls and that mean nothing here.
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  #send(bytes: Buffer): void {
    for (const unit of this.#splitter.push(bytes)) {
      if (unit.kind === 'ssl_request') this.push('N')
      else if (unit.kind === 'terminate') this.push(null)
      else {
        this.unanswered.push(unit)
        this.#port?.postMessage(unit)
      }
    }
  }

  #receive(part: AnswerPart): void {
    if (part.bytes) this.push(Buffer.from(part.bytes.buffer))
    if (!part.status) return
    this.unanswered.shift()
    if (part.status === 'open') return
    this.status = part.status
    this.push(readyForQuery(part.status))
  }
}
