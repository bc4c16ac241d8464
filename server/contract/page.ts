import { Type, type Static } from 'typebox'

/** Longest page a list gives. */
export const PAGE_LIMIT_MAX = 500

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: 50 })),
  /** Cursor from the previous page's `next`. */
  after: Type.Optional(Type.String({ maxLength: 400 })),
}

export const PageQueryObject = Type.Object(PageQuery)
export type PageQuery = Static<typeof PageQueryObject>
