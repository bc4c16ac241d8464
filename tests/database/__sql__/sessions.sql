-- findSession
select * from "sessions" where "token_hash" = $1 and "idle_until" > $2 and "ends_at" > $3 limit $4;

-- sessionsOf
select * from "sessions" where "user_id" = $1 and "idle_until" > $2 order by "last_seen_at" desc;

-- touchSession
update "sessions" set "last_seen_at" = $1, "idle_until" = $2 where "id" = $3;
update "users" set "last_seen_at" = $1 where "id" in (select "user_id" from "sessions" where "id" = $2);

-- deleteSessionsOf, all but one
delete from "sessions" where "user_id" = $1 and not "id" = $2;

-- findToken
select * from "personal_tokens" where "token_hash" = $1 and "expires_at" > $2 limit $3;

-- tokensOf
select * from "personal_tokens" where "user_id" = $1 order by "created_at" desc;

-- deleteTokensOf
delete from "personal_tokens" where "user_id" = $1;

-- countAttempt
INSERT INTO login_throttles AS t (key, attempts, last_attempt_at) VALUES ($1, 1, $2)
ON CONFLICT (key) DO UPDATE SET last_attempt_at = excluded.last_attempt_at,
attempts = CASE WHEN t.last_attempt_at < $3 THEN 1 ELSE t.attempts + 1 END
WHERE t.locked_until IS NULL OR t.locked_until <= excluded.last_attempt_at
RETURNING attempts;
update "login_throttles" set "locked_until" = $1 where "key" = $2;

-- takeBackAttempt
update "login_throttles" set "attempts" = greatest(attempts - 1, 0), "locked_until" = $1 where "key" = $2;

-- deleteOutdated
delete from "sessions" where "ends_at" < $1 or "idle_until" < $2;
delete from "personal_tokens" where "expires_at" < $1;
delete from "login_throttles" where "last_attempt_at" < $1;
