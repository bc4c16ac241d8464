import { Type, type Static } from 'typebox'

/** `application/problem+json` (RFC 9457) with a stable code; `detail` is in the caller's language. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    params: Type.Record(Type.String(), Type.Unknown()),
    detail: Type.String(),
    /** Field faults of a refused body or query. */
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), code: Type.String(), message: Type.String() })),
    ),
    /** The row as it is now, with a 412. */
    current: Type.Optional(Type.Unknown()),
    requestId: Type.Optional(Type.String()),
  },
  { $id: 'Problem' },
)
export type Problem = Static<typeof Problem>

/** Every refusal code and its HTTP status: 403 wrong role, 404 out of scope, 409 conflict, 412 stale, 422 lawful refusal. */
export const PROBLEM_STATUS = {
  'request.invalid': 400,
  'request.unknown_parameter': 400,
  'request.too_large': 413,
  'request.not_found': 404,
  'request.method_not_allowed': 405,
  'request.unsupported_media_type': 415,
  'request.too_many': 429,
  'request.internal': 500,
  'request.unavailable': 503,
  'auth.required': 401,
  'auth.invalid_credentials': 401,
  'auth.locked': 429,
  'auth.forbidden': 403,
  'auth.csrf': 403,
  'auth.foreign_origin': 403,
  'auth.setup_done': 409,
  'auth.setup_token_wrong': 403,
  'auth.password_weak': 422,
  'auth.name_taken': 409,
  'auth.last_admin': 409,
  'auth.user_not_found': 404,
  'auth.token_not_found': 404,
  'auth.session_not_found': 404,
  'parcel.not_found': 404,
  'parcel.stale': 412,
  'parcel.precondition_missing': 428,
  'parcel.status_not_editable': 422,
  'parcel.number_taken': 409,
  'parcel.supervision_no_taken': 409,
  'parcel.value_invalid': 422,
  'parcel.field_not_of_ledger': 422,
  'import.not_found': 404,
  'import.no_file': 400,
  'import.too_many_files': 413,
  'import.file_too_large': 413,
  'import.not_ready': 409,
  'import.busy': 409,
  'import.blocked_rows': 409,
  'import.nothing_to_commit': 409,
  'import.already_committed': 409,
  'import.not_committed': 409,
  'import.undo_refused': 409,
  'import.choice_invalid': 422,
  'import.template_not_found': 404,
  'import.template_name_taken': 409,
  'file.not_found': 404,
  'job.not_found': 404,
  'tile.out_of_range': 404,
  'reference.not_found': 404,
  'reference.invalid': 422,
} as const satisfies Record<string, number>
export type ProblemCode = keyof typeof PROBLEM_STATUS
