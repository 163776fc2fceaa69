//! The route table as tests walk through it, requests shaped from a case, and what they changed in the database.

use std::collections::BTreeMap;

use praktik::{router::routes, web::route::Who};
use reqwest::{
    Method, RequestBuilder,
    multipart::{Form, Part},
};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use super::{Browser, Engine, TestClinic, routes::Case};

/// A line of the route table, as tests need it.
pub struct Line {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
}

/// The whole route table.
pub fn lines() -> Vec<Line> {
    routes().into_iter().map(|route| Line { method: route.method, path: route.path, who: route.who }).collect()
}

/// The fields of a form, in their order.
pub type Fields = Vec<(String, String)>;

impl Line {
    /// Whether the route changes something.
    pub fn acts(&self) -> bool {
        !self.method.is_safe()
    }

    /// Whether the route has a method beside this line's in the table.
    pub fn takes(&self, table: &[Self], method: &Method) -> bool {
        answers_elsewhere(table, method, self.path)
    }
}

impl Case {
    /// The fields of the case's form with `token` in front.
    pub fn form(&self, token: &str) -> Fields {
        let token = ("csrf_token".to_owned(), token.to_owned());
        let fields = self.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        std::iter::once(token).chain(fields).collect()
    }

    /// A request of `browser` that sends `fields`, in parts if a file goes with them.
    pub fn sending(&self, browser: &Browser, method: Method, path: &str, fields: &Fields) -> RequestBuilder {
        let request = browser.request(method, path);
        let Some(file) = self.file else { return request.form(fields) };
        let form = Form::new().part("file", Part::text(file).file_name("file.csv"));
        request.multipart(fields.iter().fold(form, |form, (name, value)| form.text(name.clone(), value.clone())))
    }
}

/// Whether another line of the table takes `method` at `path`: `/doctors/new` beside `/doctors/{doctor}`.
pub fn answers_elsewhere(table: &[Line], method: &Method, path: &str) -> bool {
    table.iter().any(|line| {
        let same = line.method == *method || (line.method == Method::PUT && *method == Method::POST);
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), line.path.split('/').collect());
        let fits = |(ours, theirs): (&&str, &&str)| ours == theirs || theirs.starts_with('{');
        same && ours.len() == theirs.len() && ours.iter().zip(&theirs).all(fits)
    })
}

/// Everything that the database holds, but for sessions, which every request touches, and for what is noted about acts.
pub async fn snapshot(clinic: &TestClinic) -> BTreeMap<String, String> {
    let connection = clinic.app.db.read();
    let backend = match clinic.engine {
        Engine::Sqlite => DbBackend::Sqlite,
        Engine::Postgres => DbBackend::Postgres,
    };
    let all = async |sql: String| -> Vec<Option<String>> {
        let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    };
    let tables = match clinic.engine {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Engine::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut found = BTreeMap::new();
    for table in all(tables.to_owned()).await.into_iter().flatten() {
        if table == "sessions" || table.starts_with("audit") {
            continue;
        }
        let rows = match clinic.engine {
            Engine::Postgres => format!("SELECT string_agg(t::text, '|' ORDER BY t::text) FROM \"{table}\" t"),
            Engine::Sqlite => {
                let columns = all(format!("SELECT name FROM pragma_table_info('{table}')")).await;
                let quoted: Vec<String> =
                    columns.into_iter().flatten().map(|name| format!("quote(\"{name}\")")).collect();
                let row = quoted.join(" || ',' || ");
                format!("SELECT group_concat(r, '|') FROM (SELECT {row} AS r FROM \"{table}\" ORDER BY r)")
            }
        };
        let rows = all(rows).await.into_iter().flatten().next().unwrap_or_default();
        found.insert(table, rows);
    }
    assert!(found.len() > 10, "the tables were not found: {:?}", found.keys());
    found
}

/// The tables that differ.
pub fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    after.iter().filter(|(table, rows)| before.get(*table) != Some(rows)).map(|(table, _)| table.clone()).collect()
}
