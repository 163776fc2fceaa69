//! Every table as rows that both engines read: for backups, which go from one engine to the other.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, QueryResult, Statement,
    prelude::Uuid,
    sea_query::{Alias, Expr, ExprTrait as _, Order, Query, SimpleExpr, Value},
};
use serde_json::Value as Json;

/// A table of the database.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns by name.
    pub columns: Vec<Column>,
    /// Columns that point at rows of a table, and which.
    pub points: BTreeMap<String, String>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether rows are told apart by it, alone or with others.
    pub key: bool,
}

/// What a column holds, on either engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An id.
    Id,
    /// Bytes, sealed or hashed.
    Bytes,
    /// A number of 32 bits on PostgreSQL.
    Small,
    /// A number.
    Number,
    /// Words.
    Text,
    /// Yes or no.
    YesNo,
}

/// Migrations are carried out anew where a backup is restored.
const OWN: [&str; 2] = ["seaql_migrations", "sqlite_sequence"];
/// Rows inserted by one statement.
const AT_ONCE: usize = 100;

/// Every table of the database, each after those that it points at.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Table>, DbErr> {
    let mut waiting = match connection.get_database_backend() {
        DbBackend::Sqlite => sqlite_tables(connection).await?,
        _ => postgres_tables(connection).await?,
    };
    let mut ordered: Vec<Table> = Vec::new();
    while !waiting.is_empty() {
        let known: BTreeSet<&str> = ordered.iter().map(|table| table.name.as_str()).collect();
        let ready = waiting
            .iter()
            .position(|table| table.points.values().all(|need| *need == table.name || known.contains(need.as_str())));
        let next = ready.ok_or_else(|| DbErr::Custom("tables point at each other in a circle".to_owned()))?;
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}

async fn rows(connection: &impl ConnectionTrait, query: &str) -> Result<Vec<QueryResult>, DbErr> {
    connection.query_all_raw(Statement::from_string(connection.get_database_backend(), query)).await
}

async fn sqlite_tables(connection: &impl ConnectionTrait) -> Result<Vec<Table>, DbErr> {
    let mut tables = Vec::new();
    for row in rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").await? {
        let name: String = row.try_get_by_index(0)?;
        if OWN.contains(&name.as_str()) {
            continue;
        }
        let mut columns = Vec::new();
        for column in rows(connection, &format!("SELECT name, type, pk FROM pragma_table_info('{name}')")).await? {
            let (kind, key): (String, i32) = (column.try_get_by_index(1)?, column.try_get_by_index(2)?);
            // SQLite has numbers of one width.
            let kind = kind.to_ascii_lowercase();
            let kind = if kind == "integer" { Kind::Number } else { kind_of(&kind)? };
            columns.push(Column { name: column.try_get_by_index(0)?, kind, key: key > 0 });
        }
        let foreign = format!("SELECT \"from\", \"table\" FROM pragma_foreign_key_list('{name}')");
        let points = rows(connection, &foreign).await?;
        let points = points.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        let points = points.collect::<Result<_, DbErr>>()?;
        columns.sort_by(|one, other| one.name.cmp(&other.name));
        tables.push(Table { name, columns, points });
    }
    Ok(tables)
}

async fn postgres_tables(connection: &impl ConnectionTrait) -> Result<Vec<Table>, DbErr> {
    let columns = rows(
        connection,
        "SELECT c.table_name::text, c.column_name::text, c.data_type::text, EXISTS (
           SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
           WHERE i.indrelid = quote_ident(c.table_name)::regclass AND i.indisprimary AND a.attname = c.column_name)
         FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE'
         ORDER BY c.table_name COLLATE \"C\", c.column_name COLLATE \"C\"",
    )
    .await?;
    let mut tables: Vec<Table> = Vec::new();
    for row in columns {
        let name: String = row.try_get_by_index(0)?;
        if OWN.contains(&name.as_str()) {
            continue;
        }
        let kind: String = row.try_get_by_index(2)?;
        let column = Column { name: row.try_get_by_index(1)?, kind: kind_of(&kind)?, key: row.try_get_by_index(3)? };
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(Table { name, columns: vec![column], points: BTreeMap::new() }),
        }
    }
    let foreign = "SELECT c.conrelid::regclass::text, a.attname::text, c.confrelid::regclass::text
                   FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
                   WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace";
    for row in rows(connection, foreign).await? {
        let (from, column, to): (String, _, _) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if let Some(table) = tables.iter_mut().find(|table| table.name == from) {
            table.points.insert(column, to);
        }
    }
    Ok(tables)
}

/// Both engines' names of types, as `migrations` uses them.
fn kind_of(name: &str) -> Result<Kind, DbErr> {
    match name {
        "uuid" | "uuid_text" => Ok(Kind::Id),
        "blob" | "bytea" => Ok(Kind::Bytes),
        "bigint" => Ok(Kind::Number),
        "integer" | "smallint" => Ok(Kind::Small),
        "text" | "varchar" | "character varying" => Ok(Kind::Text),
        "boolean" => Ok(Kind::YesNo),
        other => Err(DbErr::Custom(format!("a column of the type {other} is not part of backups"))),
    }
}

impl Table {
    /// Up to `limit` rows after the one whose keys are `after`, each a list of its columns' values.
    pub async fn read(
        &self,
        connection: &impl ConnectionTrait,
        after: Option<&[Json]>,
        limit: u64,
    ) -> Result<Vec<Vec<Json>>, DbErr> {
        let mut query = Query::select();
        query.from(Alias::new(&self.name)).limit(limit);
        for column in &self.columns {
            query.column(Alias::new(&column.name));
        }
        let mut keys: Vec<SimpleExpr> = Vec::new();
        let mut last: Vec<SimpleExpr> = Vec::new();
        for (index, column) in self.columns.iter().enumerate().filter(|(_, column)| column.key) {
            query.order_by(Alias::new(&column.name), Order::Asc);
            keys.push(Expr::col(Alias::new(&column.name)));
            if let Some(value) = after.and_then(|row| row.get(index)) {
                last.push(Expr::val(value_of(value, column.kind)?));
            }
        }
        if after.is_some() {
            query.and_where(Expr::tuple(keys).gt(Expr::tuple(last)));
        }
        let found = connection.query_all(&query).await?;
        found.iter().map(|row| self.columns.iter().map(|column| json_of(row, column)).collect()).collect()
    }

    /// Inserts `rows`, whose values stand in the order of `columns`.
    pub async fn insert(
        &self,
        connection: &impl ConnectionTrait,
        columns: &[String],
        rows: &[Vec<Json>],
    ) -> Result<(), DbErr> {
        let unknown = || DbErr::Custom(format!("the table {} has other columns than the backup's", self.name));
        let kinds: Option<Vec<Kind>> = columns
            .iter()
            .map(|name| self.columns.iter().find(|column| column.name == *name).map(|column| column.kind))
            .collect();
        let kinds = kinds.filter(|kinds| kinds.len() == self.columns.len()).ok_or_else(unknown)?;
        for some in rows.chunks(AT_ONCE) {
            let mut query = Query::insert();
            query.into_table(Alias::new(&self.name)).columns(columns.iter().map(Alias::new));
            for row in some {
                let values: Result<Vec<SimpleExpr>, DbErr> =
                    row.iter().zip(&kinds).map(|(value, kind)| Ok(Expr::val(value_of(value, *kind)?))).collect();
                query.values(values?).map_err(|_| unknown())?;
            }
            connection.execute(&query).await?;
        }
        Ok(())
    }
}

fn json_of(row: &QueryResult, column: &Column) -> Result<Json, DbErr> {
    let name = column.name.as_str();
    Ok(match column.kind {
        Kind::Id => row.try_get::<Option<Uuid>>("", name)?.map(|id| id.to_string()).into(),
        Kind::Bytes => row.try_get::<Option<Vec<u8>>>("", name)?.map(|bytes| STANDARD.encode(bytes)).into(),
        Kind::Small => row.try_get::<Option<i32>>("", name)?.into(),
        Kind::Number => row.try_get::<Option<i64>>("", name)?.into(),
        Kind::Text => row.try_get::<Option<String>>("", name)?.into(),
        Kind::YesNo => row.try_get::<Option<bool>>("", name)?.into(),
    })
}

fn value_of(value: &Json, kind: Kind) -> Result<Value, DbErr> {
    let wrong = || DbErr::Custom("a value in the backup is not what its column holds".to_owned());
    let text = || value.as_str().ok_or_else(wrong);
    let number = || value.as_i64().ok_or_else(wrong);
    if value.is_null() {
        return Ok(match kind {
            Kind::Id => Value::Uuid(None),
            Kind::Bytes => Value::Bytes(None),
            Kind::Small => Value::Int(None),
            Kind::Number => Value::BigInt(None),
            Kind::Text => Value::String(None),
            Kind::YesNo => Value::Bool(None),
        });
    }
    Ok(match kind {
        Kind::Id => text()?.parse::<Uuid>().map_err(|_| wrong())?.into(),
        Kind::Bytes => STANDARD.decode(text()?).map_err(|_| wrong())?.into(),
        Kind::Small => i32::try_from(number()?).map_err(|_| wrong())?.into(),
        Kind::Number => number()?.into(),
        Kind::Text => text()?.into(),
        Kind::YesNo => value.as_bool().ok_or_else(wrong)?.into(),
    })
}
