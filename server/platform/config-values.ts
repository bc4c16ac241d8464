/** How the text of one variable becomes a value. Each parser throws ValueRefused; the reader puts the name to it. */
export class ValueRefused extends Error {
  readonly zh: string
  readonly en: string

  constructor(zh: string, en: string) {
    super(en)
    this.zh = zh
    this.en = en
  }
}

export const asText = (text: string): string => text

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new ValueRefused(
      `应为 ${least} 到 ${most} 的整数。`,
      `must be a whole number from ${least} to ${most}.`,
    )
  }

export const oneOf =
  <T extends string>(...choices: readonly T[]) =>
  (text: string): T => {
    const found = choices.find((choice) => choice === text)
    if (found !== undefined) return found
    throw new ValueRefused(`应为 ${choices.join('、')} 之一。`, `must be one of ${choices.join(', ')}.`)
  }

export function asPublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '')
    return url.origin
  throw new ValueRefused(
    '应为不带路径的网址，如 https://qidi.example.cn。',
    'must be an address without a path, like https://qidi.example.cn.',
  )
}

export function asDatabaseUrl(text: string): string {
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text
  throw new ValueRefused(
    '应以 postgresql:// 开头，如 postgresql://用户:密码@主机:5432/库名。',
    'must start with postgresql://, like postgresql://user:password@host:5432/name.',
  )
}

export function asDivisionCode(text: string): string {
  if (/^[1-9]\d{5}$/.test(text)) return text
  throw new ValueRefused(
    '应为六位行政区划代码，如 150623。',
    'must be a six-digit division code, like 150623.',
  )
}

export function asTrustProxy(text: string): boolean | string[] {
  if (text === 'true' || text === 'false') return text === 'true'
  const addresses = text.split(',').map((part) => part.trim())
  if (
    addresses.every((address) =>
      /^([0-9a-fA-F.:]+(\/\d{1,3})?|loopback|linklocal|uniquelocal)$/.test(address),
    )
  )
    return addresses
  throw new ValueRefused(
    '应为 true、false，或逗号分隔的代理地址（可写网段）。',
    'must be true, false, or comma-separated addresses of proxies (networks allowed).',
  )
}

export function asDemoPassword(text: string): string {
  if (text.length >= 4 && text.length <= 200) return text
  throw new ValueRefused('应为 4 到 200 个字符。', 'must have 4 to 200 characters.')
}

export function asHost(text: string): string {
  if (/^[0-9A-Za-z.:_-]+$/.test(text)) return text
  throw new ValueRefused(
    '应为地址或主机名，如 127.0.0.1。',
    'must be an address or host name, like 127.0.0.1.',
  )
}
