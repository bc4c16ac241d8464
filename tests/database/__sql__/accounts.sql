-- find
select * from "users" where "id" = $1 limit $2;

-- findForUpdate
select * from "users" where "id" = $1 limit $2 for update;

-- findByName
select * from "users" where lower(name) = lower($1) limit $2;

-- findAll
select * from "users" order by "name" asc, "id" asc;

-- usableAdminIds
select * from "users" where "disabled_at" is null and roles @> ARRAY['admin'] order by "id" asc for update;

-- hasAdmin
select "id" from "users" where "disabled_at" is null and roles @> ARRAY['admin'] limit $1;

-- replaceSetupToken
insert into "setup_tokens" ("created_at", "id", "token_hash") values ($1, $2, $3) on conflict ("id") do update set "created_at" = excluded."created_at", "id" = excluded."id", "token_hash" = excluded."token_hash";

-- takeSetupToken
delete from "setup_tokens" where "token_hash" = $1;

-- recentLog
select * from "login_log" order by "id" desc limit $1;
