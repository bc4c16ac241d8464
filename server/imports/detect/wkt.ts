/** Reads WKT of any generation (ESRI .prj, OGC WKT1, WKT2) into nodes, forgiving what is left open. */
export interface WktNode {
  keyword: string
  values: (string | number)[]
  children: WktNode[]
}

const TOKEN = /"((?:[^"]|"")*)"|([A-Za-z_][\w:]*)|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([[\](),])/g

/** Null when the text does not begin with a keyword and a bracket. */
export function parseWkt(text: string): WktNode | null {
  if (!/^\s*[A-Za-z_]+\s*[[(]/.test(text)) return null
  const root: WktNode = { keyword: '', values: [], children: [] }
  const stack: WktNode[] = [root]
  let word: string | null = null
  for (const [, quoted, bareWord, number, mark] of text.matchAll(TOKEN)) {
    const top = stack[stack.length - 1]!
    if (mark === '[' || mark === '(') {
      const node: WktNode = { keyword: (word ?? '').toUpperCase(), values: [], children: [] }
      word = null
      top.children.push(node)
      if (stack.length > 64) return null
      stack.push(node)
      continue
    }
    if (word !== null) top.values.push(word)
    word = bareWord ?? null
    if (quoted !== undefined) top.values.push(quoted.replaceAll('""', '"'))
    else if (number !== undefined) top.values.push(Number(number))
    else if ((mark === ']' || mark === ')') && stack.length > 1) stack.pop()
  }
  return root.children[0] ?? null
}

export const childOf = (node: WktNode, ...keywords: string[]): WktNode | null =>
  node.children.find((child) => keywords.includes(child.keyword)) ?? null

export const nameOf = (node: WktNode | null): string => String(node?.values[0] ?? '')

/** The node or the first of its descendants with one of the keywords. */
export function findNode(node: WktNode, ...keywords: string[]): WktNode | null {
  if (keywords.includes(node.keyword)) return node
  for (const child of node.children) {
    const found = findNode(child, ...keywords)
    if (found) return found
  }
  return null
}
