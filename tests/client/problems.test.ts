import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '../../client/api/http.ts'
import { useSummary } from '../../client/state/summary.ts'
import { switchLanguage } from '../../client/text/i18n.ts'
import { problemSentence } from '../../client/text/problems.ts'

beforeEach(() => switchLanguage('zh-CN'))
afterEach(() => vi.unstubAllGlobals())

describe('a refusal in words', () => {
  const refused = (detail: string, messages: string[]): ApiProblem =>
    new ApiProblem({
      status: 400,
      code: 'request.invalid',
      detail,
      errors: messages.map((message) => ({ code: 'password.too_short', field: 'password', message })),
    })

  it('says nothing twice', () => {
    expect(problemSentence(refused('密码不合要求：至少要 10 个字符；', ['至少要 10 个字符。']))).toBe(
      '密码不合要求：至少要 10 个字符；',
    )
    expect(problemSentence(refused('提交的内容不完整。', ['必填', '必填']))).toBe('提交的内容不完整。 必填')
  })

  it('is the sums’ own: the line is blamed only when nobody answered', async () => {
    setActivePinia(createPinia())
    const summary = useSummary()
    const problem = { status: 400, code: 'request.invalid', detail: '筛选条件不正确。', params: {} }
    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>(async () => new Response(JSON.stringify(problem), { status: 400 })),
    )
    await summary.load({})
    expect(summary.state).toBe('failed')
    expect(summary.refusal).toBe('筛选条件不正确。')

    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>(async () => {
        throw new TypeError('Failed to fetch')
      }),
    )
    await summary.load({})
    expect(summary.refusal).toBe('连接不上服务器，请检查网络后重试。')
  })
})
