//! The one writing connection of an `SQLite` file, thrown away whenever it is not certain where its transaction stands.
//!
//! When a COMMIT fails because the disk is full, `SQLite` has rolled back by itself while the driver still counts an open
//! transaction: its next BEGIN would be a savepoint and its next COMMIT would release it, inside a transaction that nobody
//! ever commits. So a connection goes back to its place only after a commit or rollback that succeeded and left it in
//! autocommit mode; after anything else, a cancelled act too, the next transaction begins on a new one.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait as _,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::{Mutex, MutexGuard};

/// A place where a test lets a step of a database fail: the failpoint `STEP DATABASE`.
macro_rules! may_fail {
    ($step:literal, $database:expr) => {
        // Named where there are no failpoints too, so that nothing stands unused there.
        let _ = || _ = $database;
        fail::fail_point!(&format!(concat!($step, " {}"), $database), |_| Err(sea_orm::DbErr::Custom(
            concat!("a failpoint at ", $step).to_owned()
        )));
    };
}
pub(super) use may_fail;

/// Refused inside a transaction, and changes nothing outside one: `SQLite` has no other way to ask by a statement.
const ASK_FOR_AUTOCOMMIT: &str = "PRAGMA synchronous = FULL";
/// Changes the file's first page, to the same: shows that a commit reaches the disk again.
const WRITE_SOMETHING: &str = "PRAGMA user_version = 0";

/// The writing connection to one file; transactions wait for each other.
pub(super) struct SqliteWriter {
    options: ConnectOptions,
    connection: Mutex<Option<DatabaseConnection>>,
    failing: AtomicBool,
}

/// A transaction that nobody else's write comes between. Dropped without an end, it is rolled back.
pub(super) struct SqliteTransaction<'writer> {
    place: MutexGuard<'writer, Option<DatabaseConnection>>,
    /// Whose connection it is.
    pub(super) writer: &'writer SqliteWriter,
    connection: DatabaseConnection,
    /// What is written in it goes here.
    pub(super) tx: DatabaseTransaction,
    failure: FailureUnlessEnded<'writer>,
}

/// Notes that writing fails unless it is told that it does not.
struct FailureUnlessEnded<'writer>(Option<&'writer AtomicBool>);

impl Drop for FailureUnlessEnded<'_> {
    fn drop(&mut self) {
        if let Some(failing) = self.0 {
            failing.store(true, Ordering::SeqCst);
        }
    }
}

/// How every connection to a file of ours is opened: each commit waits for the disk, and readers wait for nobody.
pub(super) fn options(
    file: &Path,
    connections: u32,
    set: impl Fn(SqliteConnectOptions) -> SqliteConnectOptions + Send + Sync + 'static,
) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite:{}", file.display()));
    options
        .max_connections(connections)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(10))
        // A file does not hang up as a server does: to ask it first would double the way of every query.
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            set(options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5)))
        });
    options
}

impl SqliteWriter {
    /// Opens the file, and makes it if it is not there.
    pub(super) async fn open(options: ConnectOptions) -> Result<Self, DbErr> {
        let connection = Box::pin(Database::connect(options.clone())).await?;
        Ok(Self { options, connection: Mutex::new(Some(connection)), failing: AtomicBool::new(false) })
    }

    /// Whether the last transaction could not be begun or ended as it should: nothing is certain to be written until
    /// one is.
    pub(super) fn is_failing(&self) -> bool {
        self.failing.load(Ordering::SeqCst)
    }

    /// Begins a transaction that holds the file's write lock.
    pub(super) async fn begin(&self) -> Result<SqliteTransaction<'_>, DbErr> {
        let mut place = self.connection.lock().await;
        let failure = FailureUnlessEnded(Some(&self.failing));
        let connection = self.take(&mut place).await?;
        may_fail!("begin", self.url());
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let tx = connection.begin_with_options(immediate).await?;
        if self.is_failing() {
            tx.execute_unprepared(WRITE_SOMETHING).await?;
        }
        Ok(SqliteTransaction { place, writer: self, connection, tx, failure })
    }

    /// The URL of the file.
    pub(super) fn url(&self) -> &str {
        self.options.get_url()
    }

    /// Gives the connection to `run`, outside of a transaction.
    pub(super) async fn outside<T, Fut>(&self, run: impl FnOnce(DatabaseConnection) -> Fut) -> Result<T, DbErr>
    where
        Fut: Future<Output = Result<T, DbErr>>,
    {
        let mut place = self.connection.lock().await;
        let connection = self.take(&mut place).await?;
        let done = run(connection.clone()).await?;
        *place = Some(connection);
        Ok(done)
    }

    /// Takes out of the write-ahead log what was overwritten in the file.
    pub(super) async fn cut_log(&self) -> Result<(), DbErr> {
        let busy: Option<i32> = self
            .outside(async |connection| {
                let checkpoint = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(TRUNCATE)");
                connection.query_one_raw(checkpoint).await?.map(|row| row.try_get_by_index(0)).transpose()
            })
            .await?;
        if busy == Some(0) { Ok(()) } else { Err(DbErr::Custom("another program reads the file".to_owned())) }
    }

    /// Closes the file; all that was written is then in the file itself, unless others have it open.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        match self.connection.lock().await.take() {
            Some(connection) => connection.close().await,
            None => Ok(()),
        }
    }

    /// The connection, out of its place: whoever is certain of it puts it back.
    async fn take(&self, place: &mut Option<DatabaseConnection>) -> Result<DatabaseConnection, DbErr> {
        match place.take() {
            Some(connection) => Ok(connection),
            None => Box::pin(Database::connect(self.options.clone())).await,
        }
    }
}

impl SqliteTransaction<'_> {
    /// Commits; durable when this returns.
    pub(super) async fn commit(self) -> Result<(), DbErr> {
        let Self { mut place, writer, connection, tx, mut failure } = self;
        may_fail!("commit", writer.url());
        tx.commit().await?;
        connection.execute_unprepared(ASK_FOR_AUTOCOMMIT).await?;
        if let Some(failing) = failure.0.take() {
            failing.store(false, Ordering::SeqCst);
        }
        *place = Some(connection);
        Ok(())
    }
}
