-- find
select * from "imports" where "division_code" = $1 and "id" = $2 limit $3;

-- findForUpdate
select * from "imports" where "division_code" = $1 and "id" = $2 limit $3 for update;

-- list, after a cursor
select * from "imports" where "division_code" like $1 and "status" = $2 and (created_at, id) < ($3::timestamptz, $4) order by "created_at" desc, "id" desc limit $5;

-- count
select count(*) as "count" from "imports" where "division_code" like $1;

-- listByStatus
select * from "imports" where "status" in ($1) order by "created_at" asc;

-- delete
delete from "import_issues" where "division_code" = $1 and "import_id" = $2;
delete from "imports" where "division_code" = $1 and "id" = $2;

-- templates.list
select * from "mapping_templates" where "division_code" like $1 order by "name" asc;

-- templates.findByColumns
select * from "mapping_templates" where "division_code" = $1 and "column_key" = $2 order by "created_at" desc limit $3;
