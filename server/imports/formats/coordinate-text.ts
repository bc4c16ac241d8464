/** Numbers as people write coordinates: decimals, degrees-minutes-seconds, full-width digits. */

/** Full-width forms (，＠Ｊ１) to their ASCII twins, ideographic space to a plain one. */
export function toHalfWidth(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(/[\u3000\u00a0]/g, ' ')
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
/** 107°28′51.24″, 107度28分51.24秒, 107:28:51.24, 107-28-51.24, with E/N/东经/北纬 before or behind. */
const DMS = /^(\d{1,3})[°度:d-](\d{1,2})(?:[′'分:m-](\d{1,2}(?:\.\d*)?)?(?:[″"秒s]|'')?)?$/i
const DEGREES_ONLY = /^(\d{1,3}(?:\.\d+)?)[°度]$/

/** The number a token stands for, null when it is none; decimals become the nearest double, exactly. */
export function parseCoordinate(token: string): number | null {
  const bare = token
    .trim()
    .replace(/^(东经|北纬|经度|纬度|[xyen])\s*[:=]?\s*(?=[\d+-])/i, '')
    .replace(/\s*(m|米|[en])$/i, '')
    .replace(/[’‘`]/g, '′')
    .replace(/[”“]/g, '″')
  if (DECIMAL.test(bare)) {
    const value = Number(bare)
    return Number.isFinite(value) ? value : null
  }
  return parseDegrees(bare)
}

function parseDegrees(text: string): number | null {
  const degreesOnly = DEGREES_ONLY.exec(text)?.[1]
  if (degreesOnly !== undefined) return Number(degreesOnly)
  const dms = DMS.exec(text)
  if (!dms) return null
  const [degrees, minutes, seconds] = [Number(dms[1]), Number(dms[2]), Number(dms[3] ?? 0)]
  return minutes < 60 && seconds < 60 ? degrees + (minutes * 60 + seconds) / 3600 : null
}

const hasFraction = (token: string): boolean => /\.\d+/.test(token) || /[°度′分:]/.test(token)

/** China by longitude and latitude, its southern islands too. */
const isLongitude = (value: number): boolean => value >= 73 && value <= 136
const isLatitude = (value: number): boolean => value >= 3 && value <= 54

/**
 * Whether two numbers side by side are a point: metres whatever their decimals; degrees with decimals; whole
 * degrees only where they lie in China, because point numbers and years are small whole numbers too.
 */
export function isPointLike(tokens: readonly [string, string], values: readonly [number, number]): boolean {
  const [first, second] = [Math.abs(values[0]), Math.abs(values[1])]
  if (first >= 10_000 && second >= 10_000) return true
  if ((isLongitude(first) && isLatitude(second)) || (isLatitude(first) && isLongitude(second))) return true
  const isDegrees = Math.max(first, second) <= 180 && Math.min(first, second) <= 90
  return isDegrees && Math.min(first, second) >= 3 && tokens.every(hasFraction)
}
