//! One body of queries for `SQLite` and `PostgreSQL`.
//!
//! Every writing act goes through [`Db::write`] and is answered only once it is durable. On `SQLite` acts that wait
//! together run one after another on the one writing connection, each in a savepoint of its own, and share a commit;
//! on `PostgreSQL` each is a transaction of its own.

use std::{
    future::Future,
    panic::AssertUnwindSafe,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures::{FutureExt as _, future::BoxFuture};
use migrations::Migrator;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    ExecResult, IsolationLevel, QueryResult, Statement, TransactionTrait as _,
};
use sea_orm_migration::MigratorTrait as _;
use tokio::sync::{mpsc, oneshot, watch};

use super::sqlite::{self, SqliteWriter, may_fail};

/// The clinic's database.
#[derive(Clone)]
pub struct Db {
    reader: DatabaseConnection,
    writer: Writer,
}

#[derive(Clone)]
enum Writer {
    Sqlite { acts: mpsc::Sender<Act>, open: watch::Receiver<()>, file: Arc<SqliteWriter> },
    Postgres { connection: DatabaseConnection, failing: Arc<AtomicBool> },
}

/// The last migration that this program knows: the version of a database that it has opened.
pub fn schema() -> String {
    Migrator::migrations().last().map(|migration| migration.name().to_owned()).unwrap_or_default()
}

/// The transaction of one act. Store functions that write take it, so that nothing is written outside an act.
#[derive(Clone)]
pub struct Tx(Arc<DatabaseTransaction>);

type Act = Box<dyn FnOnce(Tx) -> BoxFuture<'static, Outcome> + Send>;

/// What an act came to: whether to keep it, and how to answer once that is durable.
struct Outcome {
    keep: bool,
    answer: Answer,
}

/// Tells whoever waits for an act, once its group is durable or has failed.
type Answer = Box<dyn FnOnce(Result<(), DbErr>) + Send>;

/// Acts that may share one commit.
const LARGEST_GROUP: usize = 128;
const SQLITE_READERS: u32 = 8;
const POSTGRES_CONNECTIONS: u32 = 16;

impl Db {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`) and brings it to this program's version.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        match url.strip_prefix("sqlite:") {
            Some(file) => Self::open_sqlite(Path::new(file)).await,
            None => Self::open_postgres(url).await,
        }
    }

    /// Opens the `SQLite` file that lies in `folder` of a clinic.
    pub async fn open_in(folder: &Path) -> Result<Self, DbErr> {
        Self::open_sqlite(&folder.join("praktik.db")).await
    }

    async fn open_postgres(url: &str) -> Result<Self, DbErr> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            // Each is tested when it is given back already: to ask again at once would cost every query one more way.
            .test_before_acquire_if_idle_for(Duration::from_secs(1))
            .sqlx_logging(false)
            .map_sqlx_postgres_opts(|options| options.options([("synchronous_commit", "on")]));
        let connection = Box::pin(Database::connect(options)).await?;
        Migrator::up(&connection, None).await?;
        let writer = Writer::Postgres { connection: connection.clone(), failing: Arc::default() };
        Ok(Self { reader: connection, writer })
    }

    async fn open_sqlite(path: &Path) -> Result<Self, DbErr> {
        let file = SqliteWriter::open(sqlite::options(path, 1, |options| options.foreign_keys(true))).await?;
        file.outside(async |connection| Migrator::up(&connection, None).await).await?;
        let reading = sqlite::options(path, SQLITE_READERS, |options| {
            options.create_if_missing(false).foreign_keys(true).pragma("query_only", "ON")
        });
        let reader = Box::pin(Database::connect(reading)).await?;
        let (acts, waiting) = mpsc::channel(1024);
        let (held, open) = watch::channel(());
        let file = Arc::new(file);
        let writer = Arc::clone(&file);
        tokio::spawn(async move {
            write_in_groups(&writer, waiting).await;
            if let Err(error) = writer.close().await {
                tracing::error!(%error, "the database could not be closed");
            }
            drop(held);
        });
        Ok(Self { reader, writer: Writer::Sqlite { acts, open, file } })
    }

    /// Whether the last act could not be made durable. Asking for one more ([`Db::prove`]) tells whether that is over.
    pub fn is_failing(&self) -> bool {
        match &self.writer {
            Writer::Sqlite { file, .. } => file.is_failing(),
            Writer::Postgres { failing, .. } => failing.load(Ordering::SeqCst),
        }
    }

    /// Whether an act can be made durable now; asks the disk only if the last one failed.
    pub async fn prove(&self) -> Result<(), DbErr> {
        if self.is_failing() { self.write(async |_| Ok(())).await } else { Ok(()) }
    }

    /// For reading; it cannot write on `SQLite`.
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// The state of this moment, for as long as the transaction is held: whatever is written meanwhile is not in it.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        match &self.writer {
            Writer::Sqlite { .. } => self.reader.begin().await,
            Writer::Postgres { connection, .. } => {
                let (level, access) = (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly));
                connection.begin_with_config(level, access).await
            }
        }
    }

    /// Closes it; on `SQLite` all that was written is then in the file itself, without a log beside it. Every other copy
    /// has to be gone.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        if let Writer::Sqlite { acts, mut open, .. } = self.writer {
            drop(acts);
            while open.changed().await.is_ok() {}
        }
        Ok(())
    }

    /// Carries out one act: all of it or nothing, durable before this returns.
    ///
    /// An act that has begun is finished even if whoever asked has gone.
    pub async fn write<T, E, F, Fut>(&self, act: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
        F: FnOnce(Tx) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, E>> + Send + 'static,
    {
        match &self.writer {
            Writer::Postgres { connection, failing } => {
                let (connection, failing) = (connection.clone(), Arc::clone(failing));
                let task = tokio::spawn(async move {
                    let tx = Arc::new(noted(&failing, begin(&connection).await)?);
                    let result = act(Tx(Arc::clone(&tx))).await;
                    noted(&failing, finish(tx, result.is_ok(), &database_of(&connection)).await)?;
                    result
                });
                task.await.unwrap_or_else(|_| Err(gone().into()))
            }
            Writer::Sqlite { acts, .. } => {
                let (sender, receiver) = oneshot::channel();
                let act: Act = Box::new(move |tx| Box::pin(run_alone(act, tx, sender)));
                acts.send(act).await.map_err(|_| gone())?;
                receiver.await.unwrap_or_else(|_| Err(gone().into()))
            }
        }
    }
}

/// Runs one act of a group: neither its failure nor its panic is another's.
async fn run_alone<T, E, F, Fut>(act: F, tx: Tx, sender: oneshot::Sender<Result<T, E>>) -> Outcome
where
    T: Send + 'static,
    E: From<DbErr> + Send + 'static,
    F: FnOnce(Tx) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
{
    let run = AssertUnwindSafe(async move { act(tx).await }).catch_unwind();
    let result = run.await.unwrap_or_else(|_| Err(gone().into()));
    let keep = result.is_ok();
    let answer = Box::new(move |durable: Result<(), DbErr>| {
        let _ = sender.send(durable.map_err(E::from).and(result));
    });
    Outcome { keep, answer }
}

/// The one writer: takes what waits, runs it in order, commits once, answers all.
async fn write_in_groups(file: &SqliteWriter, mut waiting: mpsc::Receiver<Act>) {
    while let Some(first) = waiting.recv().await {
        let mut group = vec![first];
        while group.len() < LARGEST_GROUP {
            let Ok(next) = waiting.try_recv() else { break };
            group.push(next);
        }
        let mut answers = Vec::with_capacity(group.len());
        let committed = run_group(file, group, &mut answers).await;
        if let Err(error) = &committed {
            tracing::error!(%error, "a group of acts could not be written");
        }
        for answer in answers {
            answer(committed.clone());
        }
    }
}

async fn run_group(file: &SqliteWriter, group: Vec<Act>, answers: &mut Vec<Answer>) -> Result<(), DbErr> {
    let whole = file.begin().await?;
    for act in group {
        may_fail!("savepoint", file.url());
        let part = Arc::new(whole.tx.begin().await?);
        let outcome = act(Tx(Arc::clone(&part))).await;
        answers.push(outcome.answer);
        finish(part, outcome.keep, file.url()).await?;
    }
    whole.commit().await
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    may_fail!("begin", database_of(connection));
    connection.begin().await
}

/// Ends the transaction, or the savepoint, of one act in `database`.
async fn finish(tx: Arc<DatabaseTransaction>, keep: bool, database: &str) -> Result<(), DbErr> {
    let tx = Arc::try_unwrap(tx).map_err(|_| DbErr::Custom("an act kept its transaction".to_owned()))?;
    if keep {
        may_fail!("release", database);
        tx.commit().await
    } else {
        may_fail!("rollback", database);
        tx.rollback().await
    }
}

/// The name of a `PostgreSQL` database, by which failpoints tell it from others.
fn database_of(connection: &DatabaseConnection) -> String {
    let options = connection.get_postgres_connection_pool().connect_options();
    options.get_database().unwrap_or_default().to_owned()
}

/// Remembers whether the last begin or commit failed.
fn noted<T>(failing: &AtomicBool, result: Result<T, DbErr>) -> Result<T, DbErr> {
    failing.store(result.is_err(), Ordering::SeqCst);
    result
}

fn gone() -> DbErr {
    DbErr::Custom("the act did not come to its end".to_owned())
}

#[async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.query_all_raw(statement).await
    }

    fn support_returning(&self) -> bool {
        self.0.support_returning()
    }
}
