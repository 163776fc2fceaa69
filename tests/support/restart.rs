//! A program that ends, and one that begins again on what it left.

use std::{path::Path, time::Duration};

use praktik::{
    app::App,
    infra::{
        clock::{Clock, Instant},
        master_keys::MasterKeys,
    },
    web::limits::Limits,
};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use tempfile::TempDir;

use super::{Engine, TestClinic, clinic::new_database};

/// Runs `life` as a program of its own: when it is over, everything that it began is gone, finished or not.
pub async fn program<T: Send + 'static>(life: impl Future<Output = T> + Send + 'static) -> T {
    let whole = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let result = runtime.block_on(life);
        runtime.shutdown_timeout(Duration::from_secs(5));
        result
    });
    whole.await.unwrap()
}

/// What a program leaves when it ends.
pub struct Remains {
    pub folder: TempDir,
    pub database: Option<String>,
    pub engine: Engine,
    pub at: Instant,
}

impl TestClinic {
    /// Another program on the same clinic, beside the one that serves: an operator's command.
    pub async fn second_program(&self) -> App {
        let master = MasterKeys::read_or_create(&self.folder.path().join("data.key")).unwrap();
        let clock = Clock::standing(self.app.now());
        App::open(self.app.config.clone(), clock, master, Limits::none()).await.unwrap()
    }

    /// Ends the program, as far as its end is in the hands of a test: see [`program`].
    pub fn leave(self) -> Remains {
        let Self { app, folder, engine, .. } = self;
        Remains { folder, database: app.config.database.clone(), engine, at: app.now() }
    }

    /// A copy of the clinic as it lies on the disk and in the database at this moment, without the keys of rooms.
    pub async fn copy_without_room_keys(&self) -> Remains {
        let folder = TempDir::new().unwrap();
        std::fs::copy(self.folder.path().join("data.key"), folder.path().join("data.key")).unwrap();
        copy_files(&self.app.config.data, &folder.path().join("data"), &|name| !name.starts_with("keys.db"));
        let database = match self.engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(copy_database(self.app.db.read()).await),
        };
        Remains { folder, database, engine: self.engine, at: self.app.now() }
    }

    /// The keys of rooms as they lie on the disk at this moment.
    pub fn copy_room_keys(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        copy_files(&self.app.config.data, folder.path(), &|name| name.starts_with("keys.db"));
        folder
    }
}

impl Remains {
    /// Starts the program on what is left, when it is `at`.
    pub async fn start(self, at: Instant) -> TestClinic {
        TestClinic::start(self.folder, self.engine, self.database, at, Limits::none()).await
    }

    /// A second copy of the copy, with `keys` beside it, and the program started on it at the moment of the copy.
    pub async fn start_copy_with(&self, keys: Option<&Path>) -> TestClinic {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        std::fs::copy(self.folder.path().join("data.key"), folder.path().join("data.key")).unwrap();
        copy_files(&self.folder.path().join("data"), &data, &|_| true);
        if let Some(keys) = keys {
            copy_files(keys, &data, &|_| true);
        }
        let database = match &self.database {
            None => None,
            Some(url) => Some(copy_database(&Box::pin(Database::connect(url)).await.unwrap()).await),
        };
        TestClinic::start(folder, self.engine, database, self.at, Limits::none()).await
    }
}

fn copy_files(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        // The shared memory of SQLite's log is no data: it is made anew from the log.
        if file.file_type().unwrap().is_dir() {
            copy_files(&file.path(), &to.join(&name), wanted);
        } else if wanted(&name) && !name.ends_with("-shm") {
            std::fs::copy(file.path(), to.join(&name)).unwrap();
        }
    }
}

/// Copies every row of every table into a new database.
async fn copy_database(from: &DatabaseConnection) -> String {
    let url = new_database().await;
    let mut options = ConnectOptions::new(&url);
    options.max_connections(1).sqlx_logging(false);
    let to = Box::pin(Database::connect(options)).await.unwrap();
    to.execute_unprepared("SET session_replication_role = replica").await.unwrap();
    for table in tables(from).await {
        let rows =
            text_of(from, &format!("SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text FROM \"{table}\" t")).await;
        let insert = format!(
            "INSERT INTO \"{table}\" SELECT * FROM jsonb_populate_recordset(null::\"{table}\", $1::text::jsonb)"
        );
        to.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, insert, [rows.into()])).await.unwrap();
    }
    to.close().await.unwrap();
    url
}

/// The tables of a clinic's PostgreSQL database.
pub(super) async fn tables(database: &DatabaseConnection) -> Vec<String> {
    let names = "SELECT coalesce(string_agg(table_name, ' ' ORDER BY table_name), '') FROM information_schema.tables \
                 WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'";
    text_of(database, names).await.split(' ').map(str::to_owned).collect()
}

/// The one text that `query` answers with.
pub(super) async fn text_of(database: &DatabaseConnection, query: &str) -> String {
    let row = database.query_one_raw(Statement::from_string(DbBackend::Postgres, query)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

impl TestClinic {
    /// Every byte that the clinic keeps: the files of its data folder, and the rows of a database elsewhere, in which
    /// PostgreSQL writes binary columns in hexadecimal digits.
    pub async fn every_byte(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for file in walkdir::WalkDir::new(&self.app.config.data).into_iter().map(Result::unwrap) {
            if file.file_type().is_file() {
                bytes.extend(std::fs::read(file.path()).unwrap());
            }
        }
        if self.engine == Engine::Postgres {
            for table in tables(self.app.db.read()).await {
                let rows = format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t");
                bytes.extend(text_of(self.app.db.read(), &rows).await.into_bytes());
            }
        }
        bytes
    }
}
