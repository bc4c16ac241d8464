const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/

/** Whether the text is a real civil date YYYY-MM-DD (2023-02-29 is none). */
export function isCalendarDate(text: string): boolean {
  const match = SHAPE.exec(text)
  if (!match) return false
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  if (year < 1900 || year > 2200 || month < 1 || month > 12) return false
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
