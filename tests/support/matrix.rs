//! The route table as tests walk through it, requests shaped from a case, and what they changed in the database.

use std::collections::BTreeMap;

use praktik::{router::routes, web::route::Who};
use reqwest::{
    Method, RequestBuilder,
    multipart::{Form, Part},
};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement};
use tokio::sync::OnceCell;

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

    /// Whether the route keeps, or draws again, whatever was typed.
    pub fn takes_anything(&self) -> bool {
        takes_anything(self.path)
    }

    /// Whether the route has a method beside this line's in the table.
    pub fn takes(&self, table: &[Self], method: &Method) -> bool {
        answers_elsewhere(table, method, self.path)
    }
}

/// Whether the act at `path` keeps, or draws again, whatever was typed, right or wrong: that is what it is for (P12).
pub fn takes_anything(path: &str) -> bool {
    [
        "/doctor/appointments/{appointment}/prescription/draft",
        "/doctor/appointments/{appointment}/prescription/rows",
        "/doctor/appointments/{appointment}/prescription/rows/{row}/remove",
        "/doctor/prescriptions/{prescription}/rows",
        "/doctor/prescriptions/{prescription}/rows/{row}/remove",
    ]
    .contains(&path)
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
        let Some(file) = self.file.clone() else { return request.form(fields) };
        let form = Form::new().part("file", Part::bytes(file).file_name("file.csv"));
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

/// Everything that the database holds, by the table, but for sessions, which every request touches, and for what is noted
/// about acts.
pub async fn snapshot(clinic: &TestClinic) -> BTreeMap<String, String> {
    static OF_ENGINES: [OnceCell<String>; 2] = [const { OnceCell::const_new() }; 2];
    let query = OF_ENGINES[clinic.engine as usize].get_or_init(|| contents(clinic)).await;
    let found: BTreeMap<String, String> = pairs(clinic, query).await.into_iter().collect();
    assert!(found.len() > 10, "the tables were not found: {:?}", found.keys());
    found
}

/// One query for all tables, since it is asked twice for each route.
async fn contents(clinic: &TestClinic) -> String {
    // Each table, and what its rows are as text; and what joins them.
    let (tables, join) = match clinic.engine {
        Engine::Sqlite => (
            "SELECT t.name, group_concat('quote(\"' || c.name || '\")', ' || '','' || ')
             FROM sqlite_master t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' GROUP BY t.name",
            "group_concat",
        ),
        Engine::Postgres => {
            ("SELECT tablename::text, 't::text' FROM pg_tables WHERE schemaname = 'public'", "string_agg")
        }
    };
    let of_one = |(table, row): &(String, String)| {
        let rows = format!("SELECT {row} AS r FROM \"{table}\" t ORDER BY 1");
        format!("SELECT '{table}', (SELECT {join}(r, '|') FROM ({rows}) rows)")
    };
    let tables = pairs(clinic, tables).await;
    let looked_at = tables.iter().filter(|(table, _)| table != "sessions" && !table.starts_with("audit"));
    looked_at.map(of_one).collect::<Vec<_>>().join(" UNION ALL ")
}

/// The two texts of each row; nothing is an empty text.
async fn pairs(clinic: &TestClinic, query: &str) -> Vec<(String, String)> {
    let connection = clinic.app.db.read();
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let rows = connection.query_all_raw(statement).await.unwrap();
    let text = |row: &QueryResult, at| row.try_get_by_index::<Option<String>>(at).unwrap().unwrap_or_default();
    rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}

/// The tables that differ.
pub fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    after.iter().filter(|(table, rows)| before.get(*table) != Some(rows)).map(|(table, _)| table.clone()).collect()
}
