"""What a reader of the page SQL may try to get out of the data, by what it is after.

``{secret}`` is a file that must not be read, in ``{folder}``, and ``{out}`` one that must not be
there afterwards.
"""

from pathlib import Path

# What IMPORT DATABASE reads of a folder, too.
SECRET = "schema.sql"

READS_A_FILE = r"""
select * from read_text('{secret}')
select content from read_text(['{secret}'])
select * from read_blob('{secret}')
select * from read_csv('{secret}')
select * from read_csv_auto('{secret}')
select * from read_csv('{secret}', header = false, columns = {{'a': 'varchar'}})
select * from read_json('{secret}')
select * from read_json_auto('{secret}')
select * from read_json_objects('{secret}')
select * from read_ndjson('{secret}')
select * from read_ndjson_objects('{secret}')
select * from read_parquet('{secret}')
select * from parquet_scan('{secret}')
select * from parquet_schema('{secret}')
select * from parquet_metadata('{secret}')
select * from parquet_file_metadata('{secret}')
select * from parquet_kv_metadata('{secret}')
select * from sniff_csv('{secret}')
select * from glob('{secret}')
select * from glob('/*')
select * from '{secret}'
from '{secret}'
from '/etc/passwd'
from 'file://{secret}'
select * from read_text('file://{secret}')
table '{secret}'
select * from "{secret}"
describe select * from read_csv('{secret}')
describe '{secret}'
summarize select * from read_text('{secret}')
summarize '{secret}'
show (select * from read_text('{secret}'))
with a as (select * from read_text('{secret}')) select * from a
with a as materialized (select * from read_text('{secret}')) select * from a
with recursive a as (from read_text('{secret}') union from a) from a
select (select content from read_text('{secret}'))
select * from (values (1)) a, lateral (select * from read_text('{secret}')) b
select 1 where exists (select * from read_text('{secret}'))
select * from patient_facts where sex in (select content from read_text('{secret}'))
select * from patient_facts union all by name select * from read_text('{secret}')
select 1 union select content from read_text('{secret}')
values ((select content from read_text('{secret}')))
(select * from read_text('{secret}'))
select list_transform([1], x -> (select content from read_text('{secret}')))
select case when true then (select content from read_text('{secret}')) end
select coalesce(null, (select max(content) from read_text('{secret}')))
from query('select * from read_text(''{secret}'')')
from query('from query(''select * from read_text(''''{secret}'''')'')')
from query_table('{secret}')
from query_table(['{secret}'])
pivot (select * from read_text('{secret}')) on filename in ('a') using count(*)
unpivot (select * from read_text('{secret}')) on content
/* select */ select * from read_text('{secret}')
select/**/*/**/from/**/read_text('{secret}')
SeLeCt * FrOm ReAd_TeXt('{secret}')
select * from "read_text"('{secret}')
select * from main.read_text('{secret}')
select * from system.main.read_text('{secret}')
select * from read_text('{secret}' || '')
select * from read_text(concat('{secret}', ''))
select * from read_text(getvariable('x'))
select * from read_text('/proc/self/environ')
select * from read_text('/proc/self/cmdline')
select * from read_text('/proc/self/fd/0')
select * from read_csv('/dev/stdin')
select * from read_csv('http://127.0.0.1:9/x.csv')
select * from read_parquet('s3://bucket/x.parquet')
select * from read_text('https://example.org/')
select * from sqlite_scan('{secret}', 'a')
select * from sqlite_query('{secret}', 'select 1')
select * from postgres_scan('host=localhost', 'public', 'a')
select * from postgres_query('db', 'select 1')
select * from mysql_query('db', 'select 1')
select * from st_read('{secret}')
select * from read_xlsx('{secret}')
select * from iceberg_scan('{secret}')
select * from delta_scan('{secret}')
select * from read_avro('{secret}')
select * from read_duckdb('{secret}')
select * from arrow_scan(1, 2, 3)
select * from pandas_scan(1)
select * from python_map_function()
select * from seq_scan('patients')
select getenv('SECRET_OF_THE_SERVER')
select getenv('HOME')
select load_extension('httpfs')
select eval('1')
select shell('ls')
from json_execute_serialized_sql(json_serialize_sql('from read_text(''{secret}'')'))
from sql_auto_complete('sel')
"""

GETS_OUT = r"""
copy patient_facts to '{out}'
copy (select * from patient_facts) to '{out}' (format parquet)
copy (select 1) to '/dev/stdout'
copy patient_facts from '{secret}'
copy from database memory to other
export database '{out}'
import database '{out}'
import database '{folder}'
attach '{out}'
attach '{out}' as other
attach 'https://example.org/x.db'
attach if not exists '{secret}' (read_only)
detach memory
use other
install httpfs
install '{secret}'
force install httpfs from 'http://127.0.0.1:9'
load httpfs
load '{secret}'
update extensions
set enable_external_access = true
set global enable_external_access = true
set lock_configuration = false
set memory_limit = '100GB'
set threads = 64
set temp_directory = '{out}'
set home_directory = '/'
set secret_directory = '{out}'
set allowed_paths = ['/']
set allowed_directories = ['/']
set python_enable_replacements = true
set python_scan_all_frames = true
set log_query_path = '{out}'
set variable x = 1
reset enable_external_access
reset lock_configuration
pragma enable_external_access
pragma database_list
pragma enable_profiling
pragma profiling_output = '{out}'
pragma memory_limit = '100GB'
pragma import_database('{folder}')
pragma show_tables
call pragma_version()
call enable_logging(storage = 'file', storage_path = '{out}')
call force_checkpoint()
checkpoint
vacuum
create table mine as select 1
create or replace view patient_facts as select 1
create macro f(x) as x
create function f(x) as table select * from read_text('{secret}')
create secret (type s3, key_id 'a', secret 'b')
create persistent secret (type http)
create schema mine
create sequence mine
create type mine as enum ('a')
create index mine on registry.patients (sex)
create trigger mine after insert on registry.patients for each row select 1
drop table registry.patients
drop schema registry cascade
delete from registry.patients
truncate registry.patients
insert into registry.patients select * from registry.patients
insert or replace into registry.patients values (1)
update registry.patients set sex = 'male'
merge into registry.patients using (select 1) a on true when matched then delete
alter table registry.patients add column mine integer
comment on table registry.patients is 'mine'
begin
begin transaction
commit
rollback
prepare mine as select 1
execute mine
deallocate mine
explain analyze copy (select 1) to '{out}'
explain analyze delete from registry.patients
with a as (select 1) delete from registry.patients
with a as (select 1) insert into registry.patients select * from a
with a as (delete from registry.patients returning *) select * from a
select * from (delete from registry.patients returning *)
select * from (insert into registry.patients default values)
select * from (copy patient_facts to '{out}')
select 1 into outfile '{out}'
select * into mine from patient_facts
select 1; copy patient_facts to '{out}'
select 1;; drop table registry.patients
copy patient_facts to '{out}'; select 1
select 1 -- ;\n; delete from registry.patients
select 1 /* ; */ ; set threads = 8
;copy patient_facts to '{out}'
/* select */ copy patient_facts to '{out}'
-- select\ncopy patient_facts to '{out}'
/* a /* b */ copy patient_facts to '{out}'
\\n.shell ls
.shell ls
!ls
\\! ls
from query('copy patient_facts to ''{out}''')
from query('delete from registry.patients')
from query('select 1; delete from registry.patients')
from query('set threads = 8')
from query('attach ''{out}''')
from pragma_import_database('{out}')
from write_log('mine', file := '{out}')
select set_config('threads', '8')
select pg_read_file('{secret}')
select lo_import('{secret}')
select load_file('{secret}')
select xp_cmdshell('ls')
select writefile('{out}', 'x')
select nextval('mine')
"""


def escapes(folder: Path) -> list[str]:
    """Every one of them, of a folder that holds the secret, in the order of this file."""
    lines = [line for text in (READS_A_FILE, GETS_OUT) for line in text.strip().splitlines()]
    places = {"folder": folder, "secret": folder / SECRET, "out": folder / "out"}
    return [line.replace("\\n", "\n").format(**places) for line in lines]


# They ask for what there is, of a machine that has limits. Only a process that can be killed may
# answer them: DuckDB looks at neither clock nor memory while it is inside some of these functions.
BOMBS = (
    "select range(100000000)",
    "select repeat('x', 3000000000)",
    "select repeat('x', 100000) from range(10000)",
    "select string_agg(repeat('x', 1000)) from range(10000000)",
    "select list(a.range || repeat('x', 1000)) from range(10000000) a",
    "select count(*) from range(1000000) a, range(1000000) b where a.range != b.range",
    "with recursive a as (select 1 as n union all select n + 1 from a) select max(n) from a",
    "with recursive a as (select 'x' as t union all select t || t from a) select count(*) from a",
    "select * from range(1000000000) order by hash(range)",
    "select a.range, count(*) from range(100000000) a group by all having count(*) > 1",
    "select list_sort(range(0, 80000000))",
    "select regexp_matches(repeat('a', 1000000), '(a|aa)*b') from range(100000)",
    "select levenshtein(repeat('a', 100000), repeat('b', 100000))",
    "select bar(range, 0, 1, 100000000) from range(1000)",
    "select lpad('x', 2000000000, 'y')",
    "select list_resize([1], 2000000000)",
    "select array_to_string(range(100000000), ',')",
    "select printf('%1000000000d', 1)",
    "select unnest(generate_series(1, 10000000000))",
    "select sum(md5(range::varchar)::varchar[1]::hugeint) from range(10000000000)",
)  # fmt: skip

# These may be asked; nothing of the machine may stand in the answer.
ABOUT_THE_MACHINE = (
    "from duckdb_settings()",
    "from duckdb_databases()",
    "from duckdb_secrets()",
    "from duckdb_extensions()",
    "from duckdb_logs()",
    "from duckdb_log_contexts()",
    "from duckdb_variables()",
    "from duckdb_temporary_files()",
    "from duckdb_prepared_statements()",
    "from duckdb_functions()",
    "from duckdb_views()",
    "from pragma_database_size()",
    "from which_secret('s3://a', 's3')",
    "show databases",
    "show all tables",
    "select current_setting('secret_directory')",
    "select current_setting('temp_directory')",
    "select current_user",
)
# They change what follows in the same database, or end its process: asked by the page's way alone.
LOGS = (
    "from enable_logging(storage = 'file', storage_path = '{out}')",
    "from enable_profiling(save_location = '{out}')",
    "from enable_profiling(format = 'json', save_location = '{out}.json')",
    "from enable_logging(level = 'trace', storage = 'stdout')",
    "from checkpoint()",
    "from truncate_duckdb_logs()",
)
