/** Town by code, by name, by an old name, or from the words of the location. */
import { foldWidth } from './names.ts'

export interface Town {
  code: string
  name: string
  aliases: readonly string[]
}

const bare = (name: string): string =>
  name.replace(/(镇|乡|苏木|街道|街道办事处|经济开发区|开发区|园区)$/u, '')

export class TownFinder {
  readonly #byWord = new Map<string, string>()
  readonly #codes = new Set<string>()
  /** Longest name first: 上海庙经济开发区 before 上海庙镇 before 上海庙. */
  readonly #names: [string, string][] = []

  constructor(towns: readonly Town[]) {
    for (const town of towns) {
      this.#codes.add(town.code)
      for (const name of [town.name, ...town.aliases]) this.#add(name, town.code)
    }
    for (const town of towns) {
      const short = bare(town.name)
      if (short.length >= 2) this.#add(short, town.code)
    }
    this.#names.sort((a, b) => b[0].length - a[0].length)
  }

  #add(name: string, code: string): void {
    const word = foldWidth(name)
    if (word === '' || this.#byWord.has(word)) return
    this.#byWord.set(word, code)
    this.#names.push([word, code])
  }

  /** Town code of a cell that should name a town; null when it names none of this county. */
  byNameOrCode(cell: string): string | null {
    const word = foldWidth(cell)
    const digits = /^\d{9}/.exec(word)?.[0]
    if (digits && this.#codes.has(digits)) return digits
    return this.#byWord.get(word) ?? this.inText(word)
  }

  /** Town whose name stands in a longer text, as in a location. */
  inText(text: string): string | null {
    const folded = foldWidth(text)
    for (const [name, code] of this.#names) if (folded.includes(name)) return code
    return null
  }
}
